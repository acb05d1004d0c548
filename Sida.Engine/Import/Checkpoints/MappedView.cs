using System.IO.MemoryMappedFiles;

namespace Sida.Engine.Import.Checkpoints;

/// <summary>A range of a <see cref="MappedFile"/> that is mapped until disposed; spans from it must not be kept longer.</summary>
internal sealed unsafe class MappedView : IDisposable
{
    private readonly MemoryMappedViewAccessor _accessor;
    private readonly byte* _start;
    private readonly long _length;
    private bool _disposed;

    /// <summary>Takes the accessor over.</summary>
    public MappedView(MemoryMappedViewAccessor accessor, long length)
    {
        byte* pointer = null;
        accessor.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        _accessor = accessor;
        _start = pointer + accessor.PointerOffset;
        _length = length;
    }

    /// <summary>Bytes of the view, counted from its own start.</summary>
    public ReadOnlySpan<byte> Slice(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, _length - length);
        return new ReadOnlySpan<byte>(_start + offset, length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _accessor.SafeMemoryMappedViewHandle.ReleasePointer();
            _accessor.Dispose();
        }
    }
}
