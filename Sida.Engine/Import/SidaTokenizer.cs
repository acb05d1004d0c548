using Sida.Engine.Import.Gguf;
using Sida.Engine.Language.Gguf;
using Sida.Engine.Language.Tokenization;

namespace Sida.Engine.Import;

/// <summary>The tokenizer of a SIDA checkpoint: checked for the tokens that SIDA needs, and in the form that GGUF keeps.</summary>
internal static class SidaTokenizer
{
    private static readonly string[] NeededTokens = ["[CLS]", "[SEG]", "<im_start>", "<im_end>"];

    /// <summary>Tokens that only the conversation template may write.</summary>
    private static readonly string[] StructuralTokens = ["<im_start>", "<im_end>"];

    /// <summary>Reads the tokenizer of a checkpoint folder.</summary>
    /// <exception cref="CheckpointException">A file is damaged, or a token that SIDA needs is missing.</exception>
    public static LlamaTokenizer Load(string folder)
    {
        LlamaTokenizer tokenizer = LlamaTokenizer.FromFolder(folder);
        string[] missing = [.. NeededTokens.Where(token => tokenizer.FindId(token) is null)];
        if (missing.Length > 0)
        {
            throw new CheckpointException($"{folder}: the tokenizer lacks {string.Join(", ", missing)}. Is this the folder of a SIDA checkpoint?");
        }

        return tokenizer;
    }

    /// <summary>The vocabulary for other programs that read the GGUF file; Sida itself tokenises with <see cref="LlamaTokenizer"/>.</summary>
    public static GgufTokenizer ForGguf(LlamaTokenizer tokenizer) => new()
    {
        Pieces = [.. tokenizer.Model.Pieces.Select(piece => new GgufPiece(piece.Text, piece.Score, (GgufTokenType)piece.Type))],
        AddedTokens =
        [
            .. tokenizer.Settings.AddedTokens
                .Where(token => token.Value >= tokenizer.Model.Pieces.Count)
                .Select(token => new GgufAddedToken(token.Key, token.Value, StructuralTokens.Contains(token.Key))),
        ],
        BosId = tokenizer.BosId,
        EosId = tokenizer.EosId,
        UnknownId = tokenizer.UnkId,
        PadId = tokenizer.UnkId,
    };
}
