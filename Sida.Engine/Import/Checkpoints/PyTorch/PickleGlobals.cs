namespace Sida.Engine.Import.Checkpoints.PyTorch;

/// <summary>
/// The only Python names that a pickle of tensors may mention, each standing for data made here: nothing is looked up, imported or
/// run. What their arguments are: torch/_utils.py and torch/serialization.py of PyTorch.
/// </summary>
internal static class PickleGlobals
{
    /// <summary>The value of a Python name, or null when it isn't one of those.</summary>
    public static PickleValue? Find(string module, string name) => (module, name) switch
    {
        ("collections", "OrderedDict") => new PickleFunction(name, arguments => arguments.Length == 0 ? new PickleDict() : null),
        ("torch._utils", "_rebuild_tensor_v2") => new PickleFunction(name, RebuildTensor),
        ("torch._utils", "_rebuild_parameter") => new PickleFunction(name, arguments => arguments is [PickleTensor data, bool, PickleDict] ? data : null),
        ("torch", "FloatStorage") => new PickleStorageType(TensorType.F32),
        ("torch", "HalfStorage") => new PickleStorageType(TensorType.F16),
        ("torch", "BFloat16Storage") => new PickleStorageType(TensorType.BF16),
        ("torch", "DoubleStorage") => new PickleStorageType(TensorType.F64),
        ("torch", "LongStorage") => new PickleStorageType(TensorType.I64),
        ("torch", "IntStorage") => new PickleStorageType(TensorType.I32),
        ("torch", "ShortStorage") => new PickleStorageType(TensorType.I16),
        ("torch", "CharStorage") => new PickleStorageType(TensorType.I8),
        ("torch", "ByteStorage") => new PickleStorageType(TensorType.U8),
        ("torch", "BoolStorage") => new PickleStorageType(TensorType.Bool),
        _ => null,
    };

    /// <summary>The storage that a persistent id stands for: ("storage", class, key, location, element count).</summary>
    public static PickleStorage? Storage(object id) =>
        id is PickleTuple { Items: ["storage", PickleStorageType type, string key, string, long and >= 0 and var count] }
            ? new PickleStorage(type.Type, key, count)
            : null;

    /// <summary>(storage, offset, size, stride, requires_grad, backward_hooks[, metadata]).</summary>
    private static PickleTensor? RebuildTensor(object[] arguments) =>
        arguments is [PickleStorage storage, long offset, PickleTuple size, PickleTuple stride, bool, PickleDict, .. var metadata]
        && metadata is [] or [PickleDict or PickleNone]
        && Numbers(size) is long[] shape && Numbers(stride) is long[] strides
            ? new PickleTensor(storage, offset, shape, strides)
            : null;

    private static long[]? Numbers(PickleTuple tuple) =>
        tuple.Items.Length <= TensorRules.MaxRank && tuple.Items.All(item => item is long) ? [.. tuple.Items.Cast<long>()] : null;
}
