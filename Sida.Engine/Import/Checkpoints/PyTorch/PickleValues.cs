namespace Sida.Engine.Import.Checkpoints.PyTorch;

/// <summary>What a pickle of tensors can hold besides <see cref="long"/>, <see cref="double"/>, <see cref="bool"/> and <see cref="string"/>.</summary>
internal abstract class PickleValue;

/// <summary>Python's None.</summary>
internal sealed class PickleNone : PickleValue
{
    /// <summary>The one None.</summary>
    public static PickleNone Value { get; } = new();
}

/// <summary>A tuple.</summary>
internal sealed class PickleTuple(object[] items) : PickleValue
{
    /// <summary>Its elements.</summary>
    public object[] Items => items;
}

/// <summary>A list; only metadata has any, so its elements aren't kept.</summary>
internal sealed class PickleList : PickleValue;

/// <summary>A dict or an OrderedDict.</summary>
internal sealed class PickleDict : PickleValue
{
    private List<KeyValuePair<object, object>>? _items;

    /// <summary>Keys and values in the order in which they were set.</summary>
    public IReadOnlyList<KeyValuePair<object, object>> Items => _items ?? (IReadOnlyList<KeyValuePair<object, object>>)[];

    /// <summary>Adds an item.</summary>
    public void Add(object key, object value) => (_items ??= []).Add(new KeyValuePair<object, object>(key, value));
}

/// <summary>One of the few functions that <see cref="PickleGlobals"/> knows.</summary>
internal sealed class PickleFunction(string name, Func<object[], object?> call) : PickleValue
{
    /// <summary>Its name in Python.</summary>
    public string Name => name;

    /// <summary>Makes the value, or null when the arguments don't fit.</summary>
    public object? Call(object[] arguments) => call(arguments);
}

/// <summary>A storage class, which is to say a number type.</summary>
internal sealed class PickleStorageType(TensorType type) : PickleValue
{
    /// <summary>The number type.</summary>
    public TensorType Type => type;
}

/// <summary>A storage: a file of the archive.</summary>
/// <param name="type">Number type.</param>
/// <param name="key">Name of the file in `data/`.</param>
/// <param name="count">Number of elements.</param>
internal sealed class PickleStorage(TensorType type, string key, long count) : PickleValue
{
    /// <summary>Number type.</summary>
    public TensorType Type => type;

    /// <summary>Name of the file in `data/`.</summary>
    public string Key => key;

    /// <summary>Number of elements.</summary>
    public long Count => count;
}

/// <summary>A tensor: a view of a storage.</summary>
/// <param name="storage">Where its numbers are.</param>
/// <param name="offset">Its first element's index there.</param>
/// <param name="shape">Dimensions.</param>
/// <param name="strides">Elements from one index to the next, for each dimension.</param>
internal sealed class PickleTensor(PickleStorage storage, long offset, long[] shape, long[] strides) : PickleValue
{
    /// <summary>Where its numbers are.</summary>
    public PickleStorage Storage => storage;

    /// <summary>Its first element's index there.</summary>
    public long Offset => offset;

    /// <summary>Dimensions.</summary>
    public long[] Shape => shape;

    /// <summary>Elements from one index to the next, for each dimension.</summary>
    public long[] Strides => strides;
}
