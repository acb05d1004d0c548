namespace Sida.Engine.Import.Checkpoints;

/// <summary>What any tensor of any checkpoint must satisfy; real ones are far below the limits.</summary>
internal static class TensorRules
{
    /// <summary>Most dimensions of a tensor.</summary>
    public const int MaxRank = 8;

    private const int MaxTensors = 100_000;
    private const int MaxNameLength = 512;
    private const long MaxSide = 1L << 40;
    private const long MaxTensorBytes = 1L << 46;

    /// <summary>Refuses names that no module path can have.</summary>
    /// <returns>The name.</returns>
    public static string CheckName(string name, string file) => name.Length is > 0 and <= MaxNameLength && !name.Any(char.IsControl)
        ? name
        : throw new CheckpointException($"{file}: {CheckpointFolder.Quote(name)} is no tensor name; download it again.");

    /// <summary>Refuses more tensors than any model has.</summary>
    public static void CheckTotal(int tensors, string file)
    {
        if (tensors > MaxTensors)
        {
            throw new CheckpointException($"{file}: holds more than {MaxTensors} tensors; it is damaged or no model.");
        }
    }

    /// <summary>Makes a tensor's description, provided that its size can be computed.</summary>
    public static TensorInfo Create(string name, TensorType type, IReadOnlyList<long> shape, string file)
    {
        // The limit of a side keeps an overflow from hiding behind a side of zero.
        bool sound = shape.Count <= MaxRank && shape.All(side => side is >= 0 and < MaxSide);
        long bytes = new TensorInfo(name, type, []).ElementSize;
        foreach (long side in sound ? shape : [])
        {
            if (side > 0 && bytes > MaxTensorBytes / side)
            {
                sound = false;
                break;
            }

            bytes *= side;
        }

        return sound
            ? new TensorInfo(name, type, shape)
            : throw new CheckpointException($"{file}: {CheckpointFolder.Quote(name)} has the impossible shape [{string.Join(", ", shape.Take(MaxRank))}]; download it again.");
    }

    /// <summary>Refuses a range of bytes that leaves a tensor or splits an element.</summary>
    /// <exception cref="CheckpointException">It does.</exception>
    public static void CheckRange(TensorInfo tensor, long offset, int length, string file)
    {
        if (offset < 0 || offset > tensor.ByteCount - length || offset % tensor.ElementSize != 0 || length % tensor.ElementSize != 0)
        {
            throw new CheckpointException(
                $"{file}: {CheckpointFolder.Quote(tensor.Name)} has {tensor.ByteCount} bytes in elements of {tensor.ElementSize}, but {length} from {offset} on were asked for.");
        }
    }
}
