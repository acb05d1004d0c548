namespace Sida.Engine.Import.Checkpoints;

/// <summary>Which files of a folder are its weights.</summary>
/// <param name="Format">Their container.</param>
/// <param name="Index">Where each tensor is, or null for a single file.</param>
/// <param name="Files">The files, the index first when there is one.</param>
internal sealed record CheckpointLayout(CheckpointFormat Format, ShardIndex? Index, IReadOnlyList<string> Files)
{
    private static readonly (CheckpointFormat Format, string File)[] ByPreference =
    [
        (CheckpointFormat.Safetensors, "model.safetensors"),
        (CheckpointFormat.PyTorch, "pytorch_model.bin"),
    ];

    /// <summary>Finds the weights: the first container that has all its files.</summary>
    /// <exception cref="CheckpointException">There are none, or shards are missing.</exception>
    public static CheckpointLayout Choose(CheckpointFolder folder)
    {
        CheckpointException? incomplete = null;
        foreach ((CheckpointFormat format, string file) in ByPreference)
        {
            string indexName = file + ".index.json";
            if (folder.Has(file))
            {
                return new CheckpointLayout(format, null, [file]);
            }

            if (folder.Has(indexName))
            {
                ShardIndex index = ShardIndex.Read(folder, indexName);
                string[] missing = [.. index.Shards.Where(shard => !folder.Has(shard))];
                if (missing.Length == 0)
                {
                    return new CheckpointLayout(format, index, [indexName, .. index.Shards]);
                }

                incomplete ??= new CheckpointException(
                    $"{indexName}: {missing.Length} of {index.Shards.Count} shards are missing in {folder.Path}, first {CheckpointFolder.Quote(missing[0])}; download them too.");
            }
        }

        throw incomplete ?? new CheckpointException(
            $"{folder.Path}: holds no weights (model.safetensors, pytorch_model.bin or their .index.json); give the folder of a downloaded HuggingFace checkpoint.");
    }
}
