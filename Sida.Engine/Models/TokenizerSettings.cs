namespace Sida.Engine.Models;

/// <summary>
/// Everything about a LLaMA tokenizer that is not in <c>tokenizer.model</c>: what transformers keeps in
/// tokenizer_config.json, special_tokens_map.json and added_tokens.json. Plain data, to be stored in a model package.
/// </summary>
public sealed record TokenizerSettings
{
    /// <summary>Whether text after an added token gets a leading space of its own (transformers' <c>legacy</c>, its default).</summary>
    public bool Legacy { get; init; } = true;

    /// <summary>Whether encoding puts <see cref="Bos"/> first.</summary>
    public bool AddBos { get; init; } = true;

    /// <summary>Whether encoding puts <see cref="Eos"/> last.</summary>
    public bool AddEos { get; init; }

    /// <summary>Whether decoding drops spaces before English punctuation and contractions.</summary>
    public bool CleanUpSpaces { get; init; }

    /// <summary>Tokens beyond the sentencepiece vocabulary and their ids, which follow it without a gap.</summary>
    public IReadOnlyDictionary<string, int> AddedTokens { get; init; } = new Dictionary<string, int>();

    /// <summary>Begin of sequence.</summary>
    public SpecialToken Bos { get; init; } = new("<s>");

    /// <summary>End of sequence.</summary>
    public SpecialToken Eos { get; init; } = new("</s>");

    /// <summary>Unknown; the official programs also pad with it.</summary>
    public SpecialToken Unk { get; init; } = new("<unk>");

    /// <summary>Padding as stored in the checkpoint, or null. It stays one token in text, but the official programs replace its role by <see cref="Unk"/>.</summary>
    public SpecialToken? Pad { get; init; }

    /// <summary>Further tokens with a role (sep, cls, mask, additional_special_tokens).</summary>
    public IReadOnlyList<SpecialToken> Others { get; init; } = [];
}
