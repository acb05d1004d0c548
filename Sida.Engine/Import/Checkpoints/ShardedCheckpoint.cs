namespace Sida.Engine.Import.Checkpoints;

/// <summary>Several files that together hold one checkpoint; takes them over and disposes them.</summary>
internal sealed class ShardedCheckpoint : ITensorSource
{
    private readonly IReadOnlyList<ITensorSource> _shards;
    private readonly Dictionary<string, ITensorSource> _shardOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorInfo> _tensors = new(StringComparer.Ordinal);

    private ShardedCheckpoint(IReadOnlyList<ITensorSource> shards) => _shards = shards;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    /// <summary>Opens all shards that an index names and checks them against it.</summary>
    /// <param name="folder">Where they are.</param>
    /// <param name="index">Which tensor is where.</param>
    /// <param name="open">Opens one shard by its path.</param>
    /// <exception cref="CheckpointException">A shard is missing or damaged, a tensor is in no or the wrong shard, or in two.</exception>
    public static ShardedCheckpoint Open(CheckpointFolder folder, ShardIndex index, Func<string, ITensorSource> open)
    {
        // All names are looked at before the first file is opened.
        string[] paths = [.. index.Shards.Select(shard => folder.Resolve(shard, index.Name))];
        var shards = new List<ITensorSource>();
        var checkpoint = new ShardedCheckpoint(shards);
        try
        {
            var foundIn = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach ((string shard, string path) in index.Shards.Zip(paths))
            {
                ITensorSource source = open(path);
                shards.Add(source);
                checkpoint.Add(source, shard, foundIn);
            }

            foreach ((string tensor, string shard) in index.ShardOf)
            {
                if (!foundIn.TryGetValue(tensor, out string? found))
                {
                    throw new CheckpointException($"{index.Name}: says that {CheckpointFolder.Quote(tensor)} is in {shard}, but that file doesn't hold it; download {shard} again.");
                }

                if (found != shard)
                {
                    throw new CheckpointException($"{index.Name}: says that {CheckpointFolder.Quote(tensor)} is in {shard}, but it is in {found}; download the index and both files again.");
                }
            }

            return checkpoint;
        }
        catch (CheckpointException)
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void CopyBytes(string name, long offset, Span<byte> destination)
    {
        if (!_shardOf.TryGetValue(name, out ITensorSource? shard))
        {
            throw new CheckpointException($"{name}: the checkpoint has no such tensor; check that it is complete and of the family named.");
        }

        shard.CopyBytes(name, offset, destination);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ITensorSource shard in _shards)
        {
            shard.Dispose();
        }
    }

    private void Add(ITensorSource source, string shard, Dictionary<string, string> foundIn)
    {
        foreach (TensorInfo tensor in source.Tensors.Values)
        {
            if (!foundIn.TryAdd(tensor.Name, shard))
            {
                throw new CheckpointException($"{CheckpointFolder.Quote(tensor.Name)} is in {foundIn[tensor.Name]} and again in {shard}; the shards belong to different checkpoints, download both again.");
            }

            _shardOf.Add(tensor.Name, source);
            _tensors.Add(tensor.Name, tensor);
        }
    }
}
