using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Sida.Engine.Import.Checkpoints;

/// <summary>
/// A checkpoint file, memory-mapped in windows. Pages touched through a map count as the process's resident memory for as long as the
/// map stands, so one view over a 13B checkpoint would end up at 26 GB resident; a view that lives only while one window is copied
/// keeps that at <see cref="WindowBytes"/> a reader. The pages themselves stay in the system's cache, where they belong.
/// </summary>
internal sealed class MappedFile : IDisposable
{
    /// <summary>Bytes mapped at once while tensors are copied.</summary>
    public const int WindowBytes = 32 << 20;

    private readonly SafeFileHandle _handle;
    private readonly MemoryMappedFile _map;

    private MappedFile(string path, SafeFileHandle handle, MemoryMappedFile map, long length)
    {
        Path = path;
        _handle = handle;
        _map = map;
        Length = length;
    }

    /// <summary>The file's full path.</summary>
    public string Path { get; }

    /// <summary>The file's name, for messages.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Bytes in the file when it was opened.</summary>
    public long Length { get; }

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="CheckpointException">The file is missing, empty or can't be read.</exception>
    public static MappedFile Open(string path)
    {
        string name = System.IO.Path.GetFileName(path);
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.RandomAccess);
            long length = RandomAccess.GetLength(handle);
            if (length == 0)
            {
                throw new CheckpointException($"{name}: the file is empty; download it again.");
            }

            MemoryMappedFile map = MemoryMappedFile.CreateFromFile(
                handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            var file = new MappedFile(path, handle, map, length);
            handle = null;
            return file;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CheckpointException($"{name}: can't be opened ({error.Message.ReplaceLineEndings(" ")}); check that the file exists and may be read.", error);
        }
        finally
        {
            handle?.Dispose();
        }
    }

    /// <summary>Copies a range of the file, window by window.</summary>
    /// <exception cref="CheckpointException">The range leaves the file, or the file has become shorter since it was opened.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            int length = Math.Min(destination.Length, WindowBytes);
            using (MappedView view = View(offset, length))
            {
                view.Slice(0, length).CopyTo(destination);
            }

            offset += length;
            destination = destination[length..];
        }
    }

    /// <summary>Maps a range of the file until the view is disposed.</summary>
    /// <exception cref="CheckpointException">The range leaves the file, or the file has become shorter since it was opened.</exception>
    public MappedView View(long offset, long length)
    {
        if (offset < 0 || length <= 0 || offset > Length - length)
        {
            throw new CheckpointException($"{Name}: bytes {offset} to {offset + length} lie outside the file of {Length} bytes; download it again.");
        }

        // Touching a mapped page past the end of a file that somebody cut kills the process, so its length is asked for again each time.
        if (RandomAccess.GetLength(_handle) < offset + length)
        {
            throw new CheckpointException($"{Name}: the file was shortened while it was being read; import again when nothing writes to it.");
        }

        return new MappedView(_map.CreateViewAccessor(offset, length, MemoryMappedFileAccess.Read), length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _map.Dispose();
        _handle.Dispose();
    }
}
