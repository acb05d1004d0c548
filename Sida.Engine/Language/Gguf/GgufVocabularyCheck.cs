using System.Text.RegularExpressions;

namespace Sida.Engine.Language.Gguf;

/// <summary>
/// Checks the token tables of a file. llama.cpp asserts that all tokens differ, cuts them at a NUL and reads a byte out of every token of
/// type Byte, so those rules are enforced here.
/// </summary>
internal static partial class GgufVocabularyCheck
{
    private const int LongestToken = 4_096;

    /// <summary>The only metadata keys about the tokenizer that a file may have.</summary>
    public static readonly IReadOnlySet<string> Keys = new HashSet<string>(StringComparer.Ordinal)
    {
        "tokenizer.ggml.model", "tokenizer.ggml.pre", "tokenizer.ggml.tokens", "tokenizer.ggml.scores", "tokenizer.ggml.token_type",
        "tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id", "tokenizer.ggml.unknown_token_id", "tokenizer.ggml.padding_token_id",
        "tokenizer.ggml.add_bos_token", "tokenizer.ggml.add_eos_token", "tokenizer.ggml.add_space_prefix",
    };

    private static readonly string[] IdKeys =
    [
        "tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id", "tokenizer.ggml.unknown_token_id", "tokenizer.ggml.padding_token_id",
    ];

    /// <summary>Returns the number of tokens.</summary>
    /// <exception cref="PackageException">The tables are inconsistent.</exception>
    public static int Check(GgufFile file)
    {
        string model = file.Required<string>("tokenizer.ggml.model");
        LlamaFileCheck.Require(file, model == "llama", $"tokenizer \"{model}\" isn't llama");
        LlamaFileCheck.Require(file, !file.Optional("tokenizer.ggml.pre", out string? pre) || pre == "default", $"pre-tokenizer \"{pre}\" isn't default");
        string[] tokens = file.Required<string[]>("tokenizer.ggml.tokens");
        float[] scores = file.Required<float[]>("tokenizer.ggml.scores");
        int[] types = file.Required<int[]>("tokenizer.ggml.token_type");
        LlamaFileCheck.Require(
            file,
            tokens.Length > 0 && tokens.Length == scores.Length && tokens.Length == types.Length,
            $"{tokens.Length} tokens, {scores.Length} scores and {types.Length} token types");
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int id = 0; id < tokens.Length; id++)
        {
            string token = tokens[id];
            bool valid = token.Length is > 0 and <= LongestToken && !token.Contains('\0') && seen.Add(token);
            LlamaFileCheck.Require(file, valid, $"token {id} is empty, too long, contains NUL or repeats another");
            LlamaFileCheck.Require(file, Enum.IsDefined((GgufTokenType)types[id]), $"token {id} has the unknown type {types[id]}");
            bool plausible = (GgufTokenType)types[id] != GgufTokenType.Byte || ByteToken().IsMatch(token);
            LlamaFileCheck.Require(file, plausible, $"token {id} is of type Byte but isn't written <0xHH>");
            LlamaFileCheck.Require(file, float.IsFinite(scores[id]), $"token {id} has the score {scores[id]}");
        }

        foreach (string key in IdKeys)
        {
            LlamaFileCheck.Require(file, !file.Optional(key, out uint id) || id < tokens.Length, $"{key} is {id}, not below {tokens.Length}");
        }

        return tokens.Length;
    }

    [GeneratedRegex(@"^<0x[0-9A-Fa-f]{2}>\z", RegexOptions.CultureInvariant)]
    private static partial Regex ByteToken();
}
