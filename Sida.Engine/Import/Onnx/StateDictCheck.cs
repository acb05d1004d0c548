using Sida.Engine.Import.Checkpoints;

namespace Sida.Engine.Import.Onnx;

/// <summary>Compares a checkpoint's tensors with what networks expect, names and shapes, all differences in one error.</summary>
internal static class StateDictCheck
{
    /// <summary>How many differences of each kind an error lists; the rest is counted.</summary>
    private const int Listed = 12;

    /// <summary>Checks names and shapes.</summary>
    /// <param name="source">The checkpoint.</param>
    /// <param name="expected">Every tensor that must be there.</param>
    /// <param name="mayNotHold">Which further tensors are an error; null when others may share the checkpoint.</param>
    /// <param name="what">The network's name for the message.</param>
    /// <exception cref="CheckpointException">Something is missing, unexpected or of another shape.</exception>
    public static void Require(ITensorSource source, IEnumerable<ExpectedTensor> expected, Func<string, bool>? mayNotHold, string what)
    {
        var wanted = new HashSet<string>();
        var missing = new List<string>();
        var misshapen = new List<string>();
        foreach (ExpectedTensor tensor in expected)
        {
            wanted.Add(tensor.Name);
            if (!source.Tensors.TryGetValue(tensor.Name, out TensorInfo? found))
            {
                missing.Add(tensor.ToString());
            }
            else if (!found.Shape.SequenceEqual(tensor.Shape))
            {
                misshapen.Add($"{tensor.Name} is ({string.Join(", ", found.Shape)}), expected ({string.Join(", ", tensor.Shape)})");
            }
        }

        List<string> unexpected = mayNotHold is null
            ? []
            : [.. source.Tensors.Values.Where(tensor => !wanted.Contains(tensor.Name) && mayNotHold(tensor.Name))
                .OrderBy(tensor => tensor.Name, StringComparer.Ordinal)
                .Select(tensor => $"{tensor.Name} ({string.Join(", ", tensor.Shape)})")];
        string[] findings = [.. Finding("missing", missing), .. Finding("wrong shape", misshapen), .. Finding("unexpected", unexpected)];
        if (findings.Length > 0)
        {
            throw new CheckpointException($"The checkpoint doesn't fit the {what}: {string.Join("; ", findings)}.");
        }
    }

    /// <summary>The tensor that a network's sizes are read from.</summary>
    /// <exception cref="CheckpointException">It is missing or has another number of dimensions.</exception>
    public static IReadOnlyList<long> ShapeOf(ITensorSource source, string name, int rank, string what)
    {
        if (!source.Tensors.TryGetValue(name, out TensorInfo? tensor))
        {
            throw new CheckpointException($"The checkpoint doesn't fit the {what}: missing {name}, from which its size is read.");
        }

        if (tensor.Shape.Count != rank || tensor.Shape.Any(side => side < 1))
        {
            throw new CheckpointException(
                $"The checkpoint doesn't fit the {what}: {name} is ({string.Join(", ", tensor.Shape)}), expected {rank} dimensions of at least 1.");
        }

        return tensor.Shape;
    }

    private static IEnumerable<string> Finding(string kind, List<string> names)
    {
        if (names.Count > 0)
        {
            string more = names.Count > Listed ? $" and {names.Count - Listed} more" : "";
            yield return $"{kind}: {string.Join(", ", names.Take(Listed))}{more}";
        }
    }
}
