using System.Text;

namespace Sida.Engine.Language.Tokenization;

/// <summary>
/// Cuts text at known words as the slow tokenizers of transformers 4.31 do (tokenization_utils.py, <c>Trie.split</c>): the
/// leftmost word wins, and of those that begin at one place the longest. Also its one oddity, kept for parity: while an
/// inner word is being recognised, an outer word that has just failed is still looked ahead at, one character further on.
/// </summary>
/// <param name="words">The words to find.</param>
internal sealed class AddedTokenSplitter(PrefixTree words)
{
    /// <summary>Whether a word that was found at [start, end) of the text may be cut out.</summary>
    public delegate bool Accept(int start, int end);

    /// <summary>The pieces of the text in order, words and what is between them; none is empty.</summary>
    public List<(int Start, int End)> Split(ReadOnlySpan<char> text, Accept accept)
    {
        List<(int Start, int End)> found = Find(text, accept);
        List<(int Start, int End)> parts = [];
        int at = 0;
        foreach ((int start, int end) in found)
        {
            if (start > at)
                parts.Add((at, start));

            parts.Add((start, end));
            at = end;
        }

        if (at < text.Length)
            parts.Add((at, text.Length));

        return parts;
    }

    private List<(int Start, int End)> Find(ReadOnlySpan<char> text, Accept accept)
    {
        List<(int Start, int End)> found = [];
        List<Attempt> open = [];
        int resume = 0;
        for (int at = 0; at < text.Length;)
        {
            Rune.DecodeFromUtf16(text[at..], out Rune character, out int width);
            int next = at + width;
            if (at >= resume)
            {
                if (Advance(open, text, at, next, character, accept) is (int Start, int End) word)
                {
                    found.Add(word);
                    resume = word.End;
                    open.Clear();
                }

                open.RemoveAll(attempt => attempt.Failed);
                if (at >= resume && words.Next(character) is PrefixTree first)
                    open.Add(new Attempt(at, first));
            }

            at = next;
        }

        foreach (Attempt attempt in open.Where(attempt => attempt.State.Word is not null && accept(attempt.Start, attempt.State.Word.Length + attempt.Start)))
        {
            found.Add((attempt.Start, attempt.Start + attempt.State.Word!.Length));
            break;
        }

        return found;
    }

    /// <summary>Feeds one character to the open attempts, oldest first, until one turns out to have been complete before it.</summary>
    private static (int Start, int End)? Advance(List<Attempt> open, ReadOnlySpan<char> text, int at, int next, Rune character, Accept accept)
    {
        for (int i = 0; i < open.Count; i++)
        {
            Attempt attempt = open[i];
            if (attempt.State.Word is not null && accept(attempt.Start, at))
                return Longest(open, i, text, at, next, accept);

            open[i] = attempt.State.Next(character) is PrefixTree state ? attempt with { State = state } : attempt with { Failed = true };
        }

        return null;
    }

    /// <summary>Looks ahead for longer words: first those of earlier attempts, which have consumed the character already.</summary>
    private static (int Start, int End) Longest(List<Attempt> open, int complete, ReadOnlySpan<char> text, int at, int next, Accept accept)
    {
        for (int i = 0; i < complete; i++)
        {
            int end = LongestEnd(open[i], text, next, accept);
            if (end > 0)
                return (open[i].Start, end);
        }

        return (open[complete].Start, LongestEnd(open[complete], text, at, accept));
    }

    private static int LongestEnd(Attempt attempt, ReadOnlySpan<char> text, int at, Accept accept)
    {
        int end = 0;
        PrefixTree? state = attempt.State;
        while (state is not null)
        {
            if (state.Word is not null && accept(attempt.Start, at))
                end = at;

            if (at == text.Length)
                break;

            Rune.DecodeFromUtf16(text[at..], out Rune character, out int width);
            state = state.Next(character);
            at += width;
        }

        return end;
    }

    /// <summary>A word that began at <paramref name="Start"/> and has matched so far.</summary>
    private readonly record struct Attempt(int Start, PrefixTree State, bool Failed = false);
}
