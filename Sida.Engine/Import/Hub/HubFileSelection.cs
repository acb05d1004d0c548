using System.Text.RegularExpressions;

namespace Sida.Engine.Import.Hub;

/// <summary>Which files of a repository an import needs: configuration, tokenizer, licence, and the weights in one container only.</summary>
internal static partial class HubFileSelection
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "config.json", "generation_config.json", "preprocessor_config.json",
        "tokenizer.model", "tokenizer_config.json", "added_tokens.json", "special_tokens_map.json",
        "README.md", "LICENSE", "LICENSE.md", "LICENSE.txt",
    };

    /// <summary>Chooses, by the same preferences as the checkpoint reader: safetensors before pickles, one file before shards.</summary>
    /// <exception cref="HubException">The repository has no weights that can be imported.</exception>
    public static HubSnapshot Choose(HubSnapshot all)
    {
        ILookup<string, HubFile> byName = all.Files.ToLookup(file => file.Path, StringComparer.Ordinal);
        return all with { Files = [.. all.Files.Where(file => Names.Contains(file.Path)), .. Weights("model", "safetensors") ?? Weights("pytorch_model", "bin") ?? throw None(all.Id)] };

        IEnumerable<HubFile>? Weights(string stem, string extension)
        {
            HubFile? single = byName[$"{stem}.{extension}"].FirstOrDefault();
            HubFile? index = byName[$"{stem}.{extension}.index.json"].FirstOrDefault();
            HubFile[] shards = [.. all.Files.Where(file => Shard().Match(file.Path) is { Success: true } match
                && match.Groups["stem"].Value == stem && match.Groups["extension"].Value == extension)];
            return single is not null ? [single] : index is not null && shards.Length > 0 ? [index, .. shards] : null;
        }
    }

    private static HubException None(HubModelId id) =>
        new($"{id}: the repository has no model.safetensors or pytorch_model.bin, single or sharded; name one that holds a HuggingFace checkpoint.");

    [GeneratedRegex(@"\A(?<stem>model|pytorch_model)-\d{1,6}-of-\d{1,6}\.(?<extension>safetensors|bin)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Shard();
}
