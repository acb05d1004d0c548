namespace Sida.Engine.Import.Checkpoints.PyTorch;

/// <summary>A tensor as a view of a storage in the archive, checked to lie inside it.</summary>
internal sealed class StridedTensor
{
    private readonly long _start;
    private readonly long[] _strides;
    private readonly long _span;

    private StridedTensor(TensorInfo info, long start, long[] strides, long span)
    {
        Info = info;
        _start = start;
        _strides = strides;
        _span = span;
        IsContiguous = Contiguous(info.Shape, strides);
    }

    /// <summary>Name, type and shape.</summary>
    public TensorInfo Info { get; }

    /// <summary>Whether its elements lie one after the other in the file.</summary>
    public bool IsContiguous { get; }

    /// <summary>Checks a tensor of a pickle against the archive.</summary>
    /// <param name="name">State-dict key.</param>
    /// <param name="tensor">What the pickle says of it.</param>
    /// <param name="storage">The storage's file in the archive.</param>
    /// <param name="file">File name for messages.</param>
    /// <exception cref="CheckpointException">Storage of another size, an impossible shape, or elements outside the storage.</exception>
    public static StridedTensor Create(string name, PickleTensor tensor, ZipEntry storage, string file)
    {
        TensorInfo info = TensorRules.Create(TensorRules.CheckName(name, file), tensor.Storage.Type, tensor.Shape, file);
        if (tensor.Storage.Count > storage.Length / info.ElementSize || tensor.Storage.Count * info.ElementSize != storage.Length)
        {
            throw Damaged(file, name, $"should have a storage of {tensor.Storage.Count} elements, but {storage.Name} has {storage.Length} bytes");
        }

        if (tensor.Strides.Length != tensor.Shape.Length || tensor.Offset < 0 || tensor.Offset > tensor.Storage.Count
            || tensor.Strides.Any(stride => stride is < 0 or > 1L << 46))
        {
            throw Damaged(file, name, "has impossible strides");
        }

        // The index of its last element, counted from its first. Sides below 2^40 and strides up to 2^46 need more than 64 bits.
        Int128 last = 0;
        foreach ((long side, long stride) in tensor.Shape.Zip(tensor.Strides))
        {
            last += (Int128)Math.Max(side - 1, 0) * stride;
        }

        if (info.Count > 0 && last + tensor.Offset >= tensor.Storage.Count)
        {
            throw Damaged(file, name, $"reaches past its storage of {tensor.Storage.Count} elements");
        }

        // A view that repeats elements (stride 0) can claim any size at no cost; no state dict needs one.
        return info.Count <= tensor.Storage.Count
            ? new StridedTensor(info, storage.DataOffset + (tensor.Offset * info.ElementSize), tensor.Strides, info.Count == 0 ? 0 : (long)last + 1)
            : throw Damaged(file, name, $"repeats the {tensor.Storage.Count} elements of its storage to seem larger");
    }

    /// <summary>Copies part of the tensor's bytes, row-major.</summary>
    public void CopyBytes(MappedFile file, long offset, Span<byte> destination)
    {
        TensorRules.CheckRange(Info, offset, destination.Length, file.Name);
        if (IsContiguous)
        {
            file.Read(_start + offset, destination);
        }
        else if (!destination.IsEmpty)
        {
            using MappedView view = file.View(_start, _span * Info.ElementSize);
            Gather(view, offset / Info.ElementSize, destination);
        }
    }

    /// <summary>Collects elements one row of the last dimension after the other.</summary>
    private void Gather(MappedView view, long first, Span<byte> destination)
    {
        int size = Info.ElementSize;
        int last = _strides.Length - 1;
        long[] index = Unravel(first);
        while (!destination.IsEmpty)
        {
            long row = index.Zip(_strides, (i, stride) => i * stride).Sum();
            int count = (int)Math.Min(Info.Shape[last] - index[last], destination.Length / size);
            if (_strides[last] == 1)
            {
                view.Slice(row * size, count * size).CopyTo(destination);
            }
            else
            {
                for (int i = 0; i < count; i++)
                {
                    view.Slice((row + (i * _strides[last])) * size, size).CopyTo(destination[(i * size)..]);
                }
            }

            destination = destination[(count * size)..];
            index[last] = 0;
            for (int dimension = last - 1; dimension >= 0 && ++index[dimension] == Info.Shape[dimension]; dimension--)
            {
                index[dimension] = 0;
            }
        }
    }

    private long[] Unravel(long element)
    {
        long[] index = new long[_strides.Length];
        for (int dimension = index.Length - 1; dimension >= 0; dimension--)
        {
            (element, index[dimension]) = Math.DivRem(element, Info.Shape[dimension]);
        }

        return index;
    }

    private static bool Contiguous(IReadOnlyList<long> shape, long[] strides)
    {
        long expected = 1;
        for (int dimension = strides.Length - 1; dimension >= 0; dimension--)
        {
            if (shape[dimension] != 1 && strides[dimension] != expected)
            {
                return shape.Contains(0);
            }

            expected *= shape[dimension];
        }

        return true;
    }

    private static CheckpointException Damaged(string file, string name, string problem) =>
        new($"{file}: {CheckpointFolder.Quote(name)} {problem}; download it again.");
}
