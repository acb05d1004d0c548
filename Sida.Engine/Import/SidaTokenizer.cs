using Sida.Engine.Language.Tokenization;

namespace Sida.Engine.Import;

/// <summary>The tokenizer of a SIDA checkpoint, checked for the tokens that SIDA needs.</summary>
internal static class SidaTokenizer
{
    private static readonly string[] NeededTokens = ["[CLS]", "[SEG]", "<im_start>", "<im_end>"];

    /// <summary>Tokens that only the conversation template may write.</summary>
    public static IReadOnlySet<string> StructuralTokens { get; } = new HashSet<string> { "<im_start>", "<im_end>" };

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
}
