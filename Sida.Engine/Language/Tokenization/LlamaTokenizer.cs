using Sida.Engine.Models;

namespace Sida.Engine.Language.Tokenization;

/// <summary>
/// The slow <c>LlamaTokenizer</c> of transformers 4.31.0 over sentencepiece 0.1.97, id for id, as SIDA's chat.py loads it.
/// Immutable and thread-safe.
/// </summary>
public sealed class LlamaTokenizer
{
    /// <summary>Stands in token lists where the image's embeddings go (LLaVA's IMAGE_TOKEN_INDEX).</summary>
    public const int ImageToken = -200;

    /// <summary>Longest text that is encoded, in UTF-16 units; the longest context in use is a small part of it.</summary>
    public const int MaxTextLength = 1 << 18;

    private const string ImageMarker = "<image>";
    private readonly TokenEncoder _encoder;

    /// <summary>A tokenizer from its parts.</summary>
    /// <param name="modelFile">The bytes of <c>tokenizer.model</c>.</param>
    /// <param name="settings">Everything else.</param>
    /// <param name="source">Where the parts come from, for messages.</param>
    /// <exception cref="CheckpointException">The file is damaged or no LLaMA tokenizer, or the added tokens don't fit it.</exception>
    public LlamaTokenizer(byte[] modelFile, TokenizerSettings settings, string source)
        : this(modelFile, SentencePieceReader.Read(modelFile, source), settings, source)
    {
    }

    private LlamaTokenizer(ReadOnlyMemory<byte> modelFile, SentencePieceModel model, TokenizerSettings settings, string source)
    {
        Vocabulary = new TokenVocabulary(model, settings, source);
        ModelFile = modelFile;
        Model = model;
        Settings = settings with { AddedTokens = Vocabulary.Added };
        Source = source;
        _encoder = new TokenEncoder(model, Vocabulary, settings.Legacy);
        BosId = Vocabulary.IdOf(settings.Bos.Text);
        EosId = Vocabulary.IdOf(settings.Eos.Text);
        UnkId = Vocabulary.IdOf(settings.Unk.Text);
    }

    /// <summary>Number of ids, added tokens included.</summary>
    public int Count => Vocabulary.Count;

    /// <summary>Id that begins a sequence.</summary>
    public int BosId { get; }

    /// <summary>Id that ends a sequence.</summary>
    public int EosId { get; }

    /// <summary>Id for what the vocabulary lacks.</summary>
    public int UnkId { get; }

    /// <summary>The settings, with all added tokens and their ids.</summary>
    public TokenizerSettings Settings { get; }

    /// <summary>The bytes of <c>tokenizer.model</c>.</summary>
    public ReadOnlyMemory<byte> ModelFile { get; }

    /// <summary>Where the tokenizer was read from.</summary>
    public string Source { get; }

    internal SentencePieceModel Model { get; }

    internal TokenVocabulary Vocabulary { get; }

    /// <summary>Reads <c>tokenizer.model</c>, <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and <c>added_tokens.json</c> of a HuggingFace folder.</summary>
    /// <exception cref="CheckpointException">A file is missing, damaged, oversized or describes another kind of tokenizer.</exception>
    public static LlamaTokenizer FromFolder(string folder) => TokenizerFolder.Read(folder);

    /// <summary>The same tokenizer with one more added token (transformers' <c>add_tokens</c>), which gets the id <see cref="Count"/>; itself when it has the token.</summary>
    public LlamaTokenizer WithToken(string text)
    {
        if (Vocabulary.Contains(text))
            return this;

        Dictionary<string, int> added = new(Vocabulary.Added) { [text] = Count };
        return new LlamaTokenizer(ModelFile, Model, Settings with { AddedTokens = added }, Source);
    }

    /// <summary>The same tokenizer with other rules for text after added tokens.</summary>
    public LlamaTokenizer WithLegacy(bool legacy) => new(ModelFile, Model, Settings with { Legacy = legacy }, Source);

    /// <summary>Id of the token with exactly this text, or null.</summary>
    public int? FindId(string text) => Vocabulary.Contains(text) ? Vocabulary.IdOf(text) : null;

    /// <summary>Text of one token as the vocabulary holds it (U+2581 for spaces).</summary>
    /// <exception cref="RequestException">There is no such id.</exception>
    public string TokenText(int id) => Vocabulary.TextOf(id);

    /// <summary>The official <c>tokenizer(text).input_ids</c>: every token that is written out in the text counts.</summary>
    /// <exception cref="RequestException">The text is longer than <see cref="MaxTextLength"/>.</exception>
    public int[] Encode(string text)
    {
        CheckLength(text.Length);
        return [.. Encode(text, 0, UntrustedText.None)];
    }

    /// <summary>The official <c>tokenizer_image_token(text, tokenizer)</c>: <see cref="ImageToken"/> stands for each <c>&lt;image&gt;</c>.</summary>
    /// <exception cref="RequestException">The text is longer than <see cref="MaxTextLength"/>.</exception>
    public int[] EncodeWithImage(string text) => EncodeWithImage(text, UntrustedText.None);

    /// <summary>The official <c>tokenizer(text, add_special_tokens=False).input_ids</c>: no begin or end of sequence.</summary>
    /// <exception cref="RequestException">The text is longer than <see cref="MaxTextLength"/>.</exception>
    public int[] EncodeContinuation(string text) => EncodeContinuation(text, UntrustedText.None);

    /// <summary>The official <c>tokenizer.decode(ids, skip_special_tokens)</c>.</summary>
    /// <exception cref="RequestException">An id is not in the vocabulary.</exception>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens = false) => TokenDecoder.Decode(this, ids, skipSpecialTokens);

    internal int[] EncodeWithImage(string text, UntrustedText untrusted)
    {
        CheckLength(text.Length);
        List<int> ids = [];
        int? dropped = null;
        foreach ((int start, int end) in CutAtImages(text, untrusted))
        {
            List<int> piece = Encode(text[start..end], start, untrusted);
            if (dropped is null)
            {
                // LLaVA keeps the BOS of the first piece and drops one token of every piece, whatever it is, if that was one.
                dropped = piece.Count > 0 && piece[0] == BosId ? 1 : 0;
                ids.AddRange(piece.Take(dropped.Value));
            }
            else
            {
                ids.Add(ImageToken);
            }

            ids.AddRange(piece.Skip(dropped.Value));
        }

        return [.. ids];
    }

    internal int[] EncodeContinuation(string text, UntrustedText untrusted)
    {
        CheckLength(text.Length);
        List<int> ids = [];
        _encoder.Append(text, 0, untrusted, ids);
        return [.. ids];
    }

    /// <summary>The ids of text behind a special token of the same sequence, where it has no beginning of its own.</summary>
    internal int[] EncodeFollowing(string text, UntrustedText untrusted)
    {
        CheckLength(text.Length);
        List<int> ids = [];
        _encoder.Append(text, 0, untrusted, ids, beginsText: false);
        return [.. ids];
    }

    private static List<(int Start, int End)> CutAtImages(string text, UntrustedText untrusted)
    {
        List<(int Start, int End)> pieces = [];
        int start = 0;
        for (int at = 0; (at = text.IndexOf(ImageMarker, at, StringComparison.Ordinal)) >= 0; at += ImageMarker.Length)
        {
            if (!untrusted.Permits(ImageMarker, at, at + ImageMarker.Length))
                continue;

            pieces.Add((start, at));
            start = at + ImageMarker.Length;
        }

        pieces.Add((start, text.Length));
        return pieces;
    }

    private static void CheckLength(int length)
    {
        if (length > MaxTextLength)
            throw new RequestException($"The text has {length} characters, at most {MaxTextLength} are encoded; shorten it.");
    }

    private List<int> Encode(string text, int origin, UntrustedText untrusted)
    {
        List<int> ids = [];
        if (Settings.AddBos)
            ids.Add(BosId);

        _encoder.Append(text, origin, untrusted, ids);
        if (Settings.AddEos)
            ids.Add(EosId);

        return ids;
    }
}
