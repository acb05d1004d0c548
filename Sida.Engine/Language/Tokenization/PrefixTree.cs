using System.Text;

namespace Sida.Engine.Language.Tokenization;

/// <summary>A set of words stored by their characters (Unicode scalar values), to find words inside a text in one pass.</summary>
internal sealed class PrefixTree
{
    private readonly Dictionary<int, PrefixTree> _children = [];

    /// <summary>The word that ends in this state, or null.</summary>
    public string? Word { get; private set; }

    /// <summary>Builds the tree of some words; empty ones are left out.</summary>
    public static PrefixTree From(IEnumerable<string> words)
    {
        PrefixTree root = new();
        foreach (string word in words.Where(word => word.Length > 0))
        {
            PrefixTree state = root;
            foreach (Rune character in word.EnumerateRunes())
            {
                if (!state._children.TryGetValue(character.Value, out PrefixTree? next))
                    state._children.Add(character.Value, next = new PrefixTree());

                state = next;
            }

            state.Word = word;
        }

        return root;
    }

    /// <summary>The state after one more character, or null when no word goes on so.</summary>
    public PrefixTree? Next(Rune character) => _children.GetValueOrDefault(character.Value);

    /// <summary>UTF-16 length of the longest word that <paramref name="text"/> begins with; 0 when there is none.</summary>
    public int LongestPrefix(ReadOnlySpan<char> text)
    {
        int longest = 0;
        PrefixTree? state = this;
        for (int at = 0; at < text.Length && _children.Count > 0;)
        {
            Rune.DecodeFromUtf16(text[at..], out Rune character, out int width);
            state = state.Next(character);
            if (state is null)
                break;

            at += width;
            longest = state.Word is null ? longest : at;
        }

        return longest;
    }
}
