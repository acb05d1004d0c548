namespace Sida.Engine.Language.Tokenization;

/// <summary>
/// Text to ids, without begin and end of sequence (<c>PreTrainedTokenizer.tokenize</c> and <c>LlamaTokenizer._tokenize</c> of
/// transformers 4.31): cut at the no-split tokens, strip white space around them, encode what is between. Thread-safe.
/// </summary>
/// <param name="model">The sentencepiece vocabulary.</param>
/// <param name="vocabulary">All tokens.</param>
/// <param name="legacy">Whether every stretch of text between tokens gets a leading space of its own.</param>
internal sealed class TokenEncoder(SentencePieceModel model, TokenVocabulary vocabulary, bool legacy)
{
    private readonly SentencePieceEncoder _pieces = new(model);
    private readonly AddedTokenSplitter _splitter = new(vocabulary.NoSplitTexts);

    /// <summary>Appends the ids of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="origin">Where it stands in the text that <paramref name="untrusted"/> speaks of.</param>
    /// <param name="untrusted">The parts that may not form structural tokens.</param>
    /// <param name="ids">Receives the ids.</param>
    /// <param name="beginsText">Whether nothing of the same text stands before it; matters to legacy=False only.</param>
    public void Append(string text, int origin, UntrustedText untrusted, List<int> ids, bool beginsText = true)
    {
        if (!legacy)
            text = text.Replace(SentencePieceModel.Space, ' ');

        if (!legacy && beginsText)
        {
            text = SentencePieceModel.Space + text;
            origin--;
        }

        bool Permits(int start, int end) => untrusted.Permits(text.AsSpan(start, end - start), origin + start, origin + end);
        NoSplitToken? TokenAt((int Start, int End) part) =>
            vocabulary.FindNoSplit(text.AsSpan(part.Start, part.End - part.Start)) is NoSplitToken token && Permits(part.Start, part.End) ? token : null;

        List<(int Start, int End)> parts = _splitter.Split(text, Permits);
        for (int i = 0; i < parts.Count; i++)
        {
            if (TokenAt(parts[i]) is not NoSplitToken token)
                continue;

            if (token.StripsRight && i + 1 < parts.Count)
                parts[i + 1] = parts[i + 1] with { Start = parts[i + 1].Start + PythonWhiteSpace.CountLeading(Span(text, parts[i + 1])) };

            if (token.StripsLeft && i > 0)
                parts[i - 1] = parts[i - 1] with { End = parts[i - 1].End - PythonWhiteSpace.CountTrailing(Span(text, parts[i - 1])) };
        }

        foreach ((int Start, int End) part in parts.Where(part => part.End > part.Start))
        {
            if (TokenAt(part) is NoSplitToken token)
                ids.Add(token.Id);
            else
                AppendPieces(Span(text, part), ids);
        }
    }

    private static ReadOnlySpan<char> Span(string text, (int Start, int End) part) => text.AsSpan(part.Start, part.End - part.Start);

    private void AppendPieces(ReadOnlySpan<char> text, List<int> ids)
    {
        if (legacy)
        {
            _pieces.Encode(text, ids);
            return;
        }

        bool first = text[0] == SentencePieceModel.Space;
        text = first ? text[1..] : text;
        int at = ids.Count;
        _pieces.Encode(text, ids);
        if (first || text.StartsWith(' ') || !model.Pieces[ids[at]].Text.StartsWith(SentencePieceModel.Space))
            return;

        // The dummy prefix is cut off the first piece and the rest is looked up by its text, even if it then is unknown.
        string rest = model.Pieces[ids[at]].Text[1..];
        if (rest.Length == 0)
            ids.RemoveAt(at);
        else
            ids[at] = vocabulary.IdOf(rest);
    }
}
