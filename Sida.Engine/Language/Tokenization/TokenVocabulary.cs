using Sida.Engine.Models;

namespace Sida.Engine.Language.Tokenization;

/// <summary>A token that is found in text before sentencepiece sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="StripsLeft">White space before it is dropped.</param>
/// <param name="StripsRight">White space after it is dropped.</param>
internal sealed record NoSplitToken(int Id, bool StripsLeft, bool StripsRight);

/// <summary>How decoding treats an id.</summary>
internal enum TokenRole
{
    /// <summary>A sentencepiece piece; runs of them are decoded together.</summary>
    Piece,

    /// <summary>One of <c>&lt;s&gt; &lt;/s&gt; &lt;unk&gt;</c> and their like: written literally, between two runs.</summary>
    Special,

    /// <summary>Beyond the sentencepiece vocabulary: written literally, with a space on both sides.</summary>
    Added,
}

/// <summary>Names and ids of all tokens: the sentencepiece vocabulary, the added tokens behind it, and the special roles.</summary>
internal sealed class TokenVocabulary
{
    private readonly SentencePieceModel _model;
    private readonly Dictionary<string, int> _added;
    private readonly string[] _addedTexts;
    private readonly HashSet<int> _specialIds;
    private readonly HashSet<string> _specialTexts;
    private readonly Dictionary<string, NoSplitToken>.AlternateLookup<ReadOnlySpan<char>> _noSplit;

    /// <summary>Puts the parts together as transformers' <c>from_pretrained</c> does.</summary>
    /// <exception cref="CheckpointException">The ids of the added tokens leave a gap or repeat the vocabulary.</exception>
    public TokenVocabulary(SentencePieceModel model, TokenizerSettings settings, string source)
    {
        _model = model;
        _added = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((string text, int id) in settings.AddedTokens.OrderBy(token => token.Value))
        {
            if (id != Count)
                throw new CheckpointException($"{source}: added token '{text}' has id {id}, expected {Count}; ids must follow the {model.Pieces.Count} pieces without a gap.");

            if (text.Length == 0 || model.Contains(text) || !_added.TryAdd(text, id))
                throw new CheckpointException($"{source}: added token '{text}' ({id}) is empty or already a piece of the vocabulary; check added_tokens.json.");
        }

        // The official programs give the padding role to <unk> after loading.
        SpecialToken[] stored = [settings.Bos, settings.Eos, settings.Unk, .. settings.Pad is null ? [] : new[] { settings.Pad }, .. settings.Others];
        SpecialToken[] special = [settings.Bos, settings.Eos, settings.Unk, .. settings.Others];
        foreach (string text in stored.Select(token => token.Text))
        {
            if (text != settings.Unk.Text && IdOf(text) == IdOf(settings.Unk.Text))
                _added.Add(text, Count);
        }

        _addedTexts = [.. _added.OrderBy(token => token.Value).Select(token => token.Key)];
        _specialTexts = [.. special.Select(token => token.Text)];
        _specialIds = [.. _specialTexts.Select(text => IdOf(text))];
        Dictionary<string, NoSplitToken> noSplit = new(StringComparer.Ordinal);
        foreach (string text in _addedTexts.Concat(stored.Select(token => token.Text)))
        {
            SpecialToken role = special.LastOrDefault(token => token.Text == text && !token.IsPlain) ?? SpecialToken.Plain(text);
            noSplit[text] = new NoSplitToken(IdOf(text), role.StripsLeft, role.StripsRight);
        }

        _noSplit = noSplit.GetAlternateLookup<ReadOnlySpan<char>>();
        NoSplitTexts = PrefixTree.From(noSplit.Keys);
    }

    /// <summary>Number of ids, transformers' <c>len(tokenizer)</c>.</summary>
    public int Count => _model.Pieces.Count + _added.Count;

    /// <summary>Tokens beyond the sentencepiece vocabulary.</summary>
    public IReadOnlyDictionary<string, int> Added => _added;

    /// <summary>All tokens that are found in text before sentencepiece sees it.</summary>
    public PrefixTree NoSplitTexts { get; }

    /// <summary>The no-split token with this text, or null.</summary>
    public NoSplitToken? FindNoSplit(ReadOnlySpan<char> text) => _noSplit.TryGetValue(text, out NoSplitToken? token) ? token : null;

    /// <summary>Id of a token by its text; the unknown piece when there is none.</summary>
    public int IdOf(string text) => _added.TryGetValue(text, out int id) ? id : _model.IdOf(text);

    /// <summary>Whether a token has exactly this text.</summary>
    public bool Contains(string text) => _added.ContainsKey(text) || _model.Contains(text);

    /// <summary>The token's text as stored, U+2581 in place of spaces.</summary>
    /// <exception cref="RequestException">There is no such id.</exception>
    public string TextOf(int id) => Checked(id) < _model.Pieces.Count ? _model.Pieces[id].Text : _addedTexts[id - _model.Pieces.Count];

    /// <summary>How decoding treats an id.</summary>
    /// <exception cref="RequestException">There is no such id.</exception>
    public TokenRole RoleOf(int id) =>
        Checked(id) >= _model.Pieces.Count ? TokenRole.Added : _specialTexts.Contains(_model.Pieces[id].Text) ? TokenRole.Special : TokenRole.Piece;

    /// <summary>Whether decoding leaves this id out when special tokens are to be skipped.</summary>
    public bool IsSkipped(int id) => _specialIds.Contains(id);

    private int Checked(int id) =>
        id >= 0 && id < Count ? id : throw new RequestException($"Token id {id} is not in the vocabulary; ids go from 0 to {Count - 1}.");
}
