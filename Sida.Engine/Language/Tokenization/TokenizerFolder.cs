using System.Text.Json;
using Sida.Engine.Models;

namespace Sida.Engine.Language.Tokenization;

/// <summary>The tokenizer files of a HuggingFace folder, in the order of precedence of transformers 4.31's <c>from_pretrained</c>.</summary>
internal static class TokenizerFolder
{
    private const int MaxAddedTokens = 1 << 16;
    private const int MaxTokenLength = 256;
    private static readonly string[] FurtherRoles = ["sep_token", "cls_token", "mask_token"];

    /// <summary>Reads a folder.</summary>
    /// <exception cref="CheckpointException">A file is missing, damaged, oversized or describes another kind of tokenizer.</exception>
    public static LlamaTokenizer Read(string folder)
    {
        string configPath = Path.Combine(folder, "tokenizer_config.json");
        TokenizerSettings settings = new();
        if (TokenizerJson.ReadObject(configPath) is JsonElement config)
        {
            CheckClass(config, configPath);
            settings = ApplyRoles(settings, config, configPath, fromConfig: true) with
            {
                Legacy = Flag(config, "legacy", true),
                AddBos = Flag(config, "add_bos_token", true),
                AddEos = Flag(config, "add_eos_token", false),
                CleanUpSpaces = Flag(config, "clean_up_tokenization_spaces", false),
            };
        }

        string mapPath = Path.Combine(folder, "special_tokens_map.json");
        if (TokenizerJson.ReadObject(mapPath) is JsonElement map)
            settings = ApplyRoles(settings, map, mapPath, fromConfig: false);

        string addedPath = Path.Combine(folder, "added_tokens.json");
        if (TokenizerJson.ReadObject(addedPath) is JsonElement added)
            settings = settings with { AddedTokens = AddedTokens(added, addedPath) };

        string modelPath = Path.Combine(folder, "tokenizer.model");
        return new LlamaTokenizer(ModelBytes(modelPath), settings, modelPath);
    }

    private static byte[] ModelBytes(string path)
    {
        FileInfo file = new(path);
        if (!file.Exists)
            throw new CheckpointException($"{path}: no such file; a LLaMA checkpoint brings its tokenizer as tokenizer.model.");

        if (file.Length > SentencePieceReader.MaxFileBytes)
            throw new CheckpointException($"{path}: {file.Length} bytes, at most {SentencePieceReader.MaxFileBytes} are read; fetch the tokenizer again.");

        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{path}: {cause.Message.ReplaceLineEndings(" ")} Make the file readable.", cause);
        }
    }

    private static void CheckClass(JsonElement config, string path)
    {
        if (config.TryGetProperty("tokenizer_class", out JsonElement name) && name.ValueKind == JsonValueKind.String
            && name.GetString() is not ("LlamaTokenizer" or "LlamaTokenizerFast"))
            throw new CheckpointException($"{path}: tokenizer_class is {Quote(name.GetString()!)}, only LlamaTokenizer is known; use a LLaMA-based checkpoint.");

        if (config.TryGetProperty("sp_model_kwargs", out JsonElement options) && options.ValueKind == JsonValueKind.Object && options.EnumerateObject().Any())
            throw new CheckpointException($"{path}: sp_model_kwargs is not empty; such sampling options are not supported, remove them.");
    }

    /// <summary>A missing flag has its default; null counts as false, as in Python.</summary>
    private static bool Flag(JsonElement config, string name, bool absent) =>
        config.TryGetProperty(name, out JsonElement value) ? value.ValueKind == JsonValueKind.True : absent;

    private static TokenizerSettings ApplyRoles(TokenizerSettings settings, JsonElement json, string path, bool fromConfig)
    {
        // LlamaTokenizer's constructor wraps plain strings of these four; strings of special_tokens_map.json stay plain.
        SpecialToken? Role(string name, bool wraps) =>
            json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? Token(value, path, name, wraps && fromConfig) : null;

        IEnumerable<SpecialToken> further = FurtherRoles.Select(name => Role(name, false)).OfType<SpecialToken>();
        if (json.TryGetProperty("additional_special_tokens", out JsonElement list) && list.ValueKind == JsonValueKind.Array)
            further = further.Concat(list.EnumerateArray().Take(MaxAddedTokens).Select(value => Token(value, path, "additional_special_tokens", false)));

        SpecialToken[] others = [.. further];
        return settings with
        {
            Bos = Role("bos_token", true) ?? settings.Bos,
            Eos = Role("eos_token", true) ?? settings.Eos,
            Unk = Role("unk_token", true) ?? settings.Unk,
            Pad = Role("pad_token", true) ?? settings.Pad,
            Others = others.Length > 0 ? others : settings.Others,
        };
    }

    private static SpecialToken Token(JsonElement value, string path, string name, bool wraps)
    {
        if (value.ValueKind == JsonValueKind.String)
            return wraps ? new SpecialToken(Checked(value.GetString()!, path)) : SpecialToken.Plain(Checked(value.GetString()!, path));

        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("content", out JsonElement content) && content.ValueKind == JsonValueKind.String)
            return new SpecialToken(Checked(content.GetString()!, path), Flag(value, "lstrip", false), Flag(value, "rstrip", false));

        throw new CheckpointException($"{path}: {name} is neither a string nor an object with a content string; fetch the file again.");
    }

    private static Dictionary<string, int> AddedTokens(JsonElement json, string path)
    {
        Dictionary<string, int> tokens = new(StringComparer.Ordinal);
        foreach (JsonProperty token in json.EnumerateObject())
        {
            if (tokens.Count == MaxAddedTokens || token.Value.ValueKind != JsonValueKind.Number || !token.Value.TryGetInt32(out int id))
                throw new CheckpointException($"{path}: {Quote(token.Name)} has no integer id, or there are more than {MaxAddedTokens} tokens; fetch the file again.");

            tokens[Checked(token.Name, path)] = id;
        }

        return tokens;
    }

    private static string Checked(string token, string path) =>
        token.Length is > 0 and <= MaxTokenLength
            ? token
            : throw new CheckpointException($"{path}: a token has {token.Length} characters, expected 1 to {MaxTokenLength}; fetch the file again.");

    private static string Quote(string text) => "'" + string.Concat(text.Take(40).Select(c => char.IsControl(c) ? '?' : c)) + "'";
}
