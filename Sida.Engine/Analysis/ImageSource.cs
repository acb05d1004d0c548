namespace Sida.Engine.Analysis;

/// <summary>Where the bytes of a picture are: in memory or in a file. Nothing is read before the analysis begins.</summary>
public sealed class ImageSource
{
    private ImageSource(string? path, ReadOnlyMemory<byte> bytes)
    {
        Path = path;
        Bytes = bytes;
    }

    /// <summary>The file, or null when the bytes are in memory.</summary>
    internal string? Path { get; }

    /// <summary>The bytes, when there is no file.</summary>
    internal ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>A picture in a file.</summary>
    public static ImageSource FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new ImageSource(path, default);
    }

    /// <summary>A picture in memory; the bytes must not change until the analysis ends.</summary>
    public static ImageSource FromBytes(ReadOnlyMemory<byte> bytes) => new(null, bytes);
}
