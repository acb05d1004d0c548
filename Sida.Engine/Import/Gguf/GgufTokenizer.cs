using System.Globalization;
using System.Text;
using Sida.Engine.Language.Gguf;
using Sida.Engine.Language.Tokenization;

namespace Sida.Engine.Import.Gguf;

/// <summary>One piece of a sentencepiece vocabulary.</summary>
/// <param name="Text">The piece, with U+2581 for a space.</param>
/// <param name="Score">Its score.</param>
/// <param name="Type">Its type; sentencepiece and GGUF number them alike.</param>
internal readonly record struct GgufPiece(string Text, float Score, GgufTokenType Type);

/// <summary>A token beyond the sentencepiece vocabulary.</summary>
/// <param name="Text">How it is written.</param>
/// <param name="Id">Its id.</param>
/// <param name="IsStructure">
/// True for tokens that only the prompt's template may write, such as &lt;im_start&gt;: they become Control, which llama.cpp doesn't find in
/// users' text. The others, such as [CLS], become UserDefined and are found in any text, as the official tokenizer does.
/// </param>
internal readonly record struct GgufAddedToken(string Text, int Id, bool IsStructure);

/// <summary>The vocabulary that is written into a GGUF file, for other programs; Sida itself tokenises in managed code.</summary>
internal sealed record GgufTokenizer
{
    private const float AddedTokenScore = -1000;

    /// <summary>The pieces by id.</summary>
    public required IReadOnlyList<GgufPiece> Pieces { get; init; }

    /// <summary>Tokens after the pieces.</summary>
    public required IReadOnlyList<GgufAddedToken> AddedTokens { get; init; }

    public required int BosId { get; init; }

    public required int EosId { get; init; }

    public required int UnknownId { get; init; }

    /// <summary>Null where the checkpoint has none.</summary>
    public int? PadId { get; init; }

    /// <summary>Text gets a space in front (sentencepiece's add_dummy_prefix).</summary>
    public bool AddSpacePrefix { get; init; } = true;

    /// <summary>The vocabulary of a checkpoint's tokenizer; <c>&lt;unk&gt;</c> pads, as the official programs set it.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="structure">Added tokens that only the prompt's template may write.</param>
    public static GgufTokenizer From(LlamaTokenizer tokenizer, IReadOnlySet<string> structure) => new()
    {
        Pieces = [.. tokenizer.Model.Pieces.Select(piece => new GgufPiece(piece.Text, piece.Score, (GgufTokenType)piece.Type))],
        AddedTokens = [.. tokenizer.Vocabulary.Added.Select(added => new GgufAddedToken(added.Key, added.Value, structure.Contains(added.Key)))],
        BosId = tokenizer.BosId,
        EosId = tokenizer.EosId,
        UnknownId = tokenizer.UnkId,
        PadId = tokenizer.UnkId,
        AddSpacePrefix = tokenizer.Model.Normalizer.AddDummyPrefix,
    };

    /// <summary>
    /// The vocabulary as long as the embedding table. Rows without a token get a name of their own and the type Unused; added tokens
    /// beyond the table are left out, since the model can't take them (the official program fails when such a token is typed).
    /// </summary>
    /// <exception cref="CheckpointException">There are more pieces than rows, or two tokens share an id.</exception>
    public IReadOnlyList<GgufPiece> Rows(int rows)
    {
        if (Pieces.Count > rows)
        {
            throw new CheckpointException($"The tokenizer has {Pieces.Count} pieces, but the embedding table only {rows} rows. They aren't of the same model.");
        }

        GgufPiece?[] table = new GgufPiece?[rows];
        for (int id = 0; id < Pieces.Count; id++)
        {
            table[id] = Pieces[id];
        }

        foreach (GgufAddedToken added in AddedTokens.Where(token => token.Id < rows))
        {
            if (added.Id < 0 || table[added.Id] is not null)
            {
                throw new CheckpointException($"Added token \"{added.Text}\" has the id {added.Id}, which another token has too. Check added_tokens.json.");
            }

            table[added.Id] = new GgufPiece(added.Text, AddedTokenScore, added.IsStructure ? GgufTokenType.Control : GgufTokenType.UserDefined);
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        return [.. table.Select((piece, id) => Distinct(piece ?? Unused(id), id, seen))];
    }

    private static GgufPiece Unused(int id) => new(Padding(id), AddedTokenScore, GgufTokenType.Unused);

    /// <summary>GGUF readers need all tokens different, and none empty or with a NUL; sentencepiece promises only most of that.</summary>
    private static GgufPiece Distinct(GgufPiece piece, int id, HashSet<string> seen) =>
        piece.Text.Length > 0 && !piece.Text.Contains('\0') && IsWellFormed(piece.Text) && seen.Add(piece.Text) ? piece : Renamed(id, seen);

    private static GgufPiece Renamed(int id, HashSet<string> seen)
    {
        GgufPiece renamed = Unused(id);
        return seen.Add(renamed.Text) ? renamed : throw new CheckpointException($"Two tokens are called {renamed.Text}. Check added_tokens.json.");
    }

    private static bool IsWellFormed(string text) => text.EnumerateRunes().All(rune => rune != Rune.ReplacementChar) || text.Contains('\uFFFD');

    private static string Padding(int id) => string.Create(CultureInfo.InvariantCulture, $"[PAD{id}]");
}
