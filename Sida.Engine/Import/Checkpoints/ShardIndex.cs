using System.Text.Json;

namespace Sida.Engine.Import.Checkpoints;

/// <summary>Which shard of a checkpoint holds which tensor: `model.safetensors.index.json` or `pytorch_model.bin.index.json`.</summary>
/// <param name="Name">The index's own file name.</param>
/// <param name="ShardOf">Shard file name by state-dict key.</param>
internal sealed record ShardIndex(string Name, IReadOnlyDictionary<string, string> ShardOf)
{
    private const int MaxBytes = 64 << 20;
    private const int MaxShards = 1000;

    /// <summary>All shards, in the order of their names.</summary>
    public IReadOnlyList<string> Shards { get; } = [.. ShardOf.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Reads an index.</summary>
    /// <exception cref="CheckpointException">It has no `weight_map` of names to plain file names, or names too many shards.</exception>
    public static ShardIndex Read(CheckpointFolder folder, string name)
    {
        JsonElement root = BoundedJson.ReadObject(folder.Resolve(name, name), MaxBytes);
        if (!root.TryGetProperty("weight_map", out JsonElement map) || map.ValueKind != JsonValueKind.Object)
        {
            throw new CheckpointException($"{name}: has no object weight_map; download it again.");
        }

        var shardOf = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty entry in map.EnumerateObject())
        {
            shardOf.Add(entry.Name, entry.Value.ValueKind == JsonValueKind.String
                ? entry.Value.GetString()!
                : throw new CheckpointException($"{name}: weight_map gives no file name for {CheckpointFolder.Quote(entry.Name)}; download it again."));
        }

        var index = new ShardIndex(name, shardOf);
        foreach (string shard in index.Shards)
        {
            CheckpointFolder.CheckName(shard, name);
        }

        return index.Shards.Count is > 0 and <= MaxShards
            ? index
            : throw new CheckpointException($"{name}: names {index.Shards.Count} shards, but 1 to {MaxShards} are read; download it again.");
    }
}
