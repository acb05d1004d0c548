using System.Buffers;

namespace Sida.Engine.Imaging.Interop;

/// <summary>A picture file opened by libvips: its header is read, its pixels are decoded strip by strip on the calling thread.</summary>
internal sealed unsafe class VipsImage : IDisposable
{
    private readonly VipsLibrary _library;
    private readonly GObjectHandle? _source;
    private readonly GObjectHandle? _image;
    private GObjectHandle? _region;
    private MemoryHandle _pin;

    /// <summary>Opens a file with one named loader.</summary>
    /// <param name="library">libvips.</param>
    /// <param name="file">The file; it stays pinned until disposal.</param>
    /// <param name="loader">Such as <c>jpegload_source</c>.</param>
    /// <exception cref="NativeRuntimeException">The loader refuses the file.</exception>
    public VipsImage(VipsLibrary library, ReadOnlyMemory<byte> file, string loader)
    {
        _library = library;
        library.ErrorClear(); // What earlier files left: loaders also note what they could live with.
        _pin = file.Pin();
        try
        {
            _source = new GObjectHandle(_library, _library.SourceNewFromMemory(_pin.Pointer, (nuint)file.Length));
            using VipsOperation operation = new VipsOperation(_library, loader)
                .With("source", _library.SourceType, _source)
                .With("access", "sequential")
                .With("fail_on", "error");
            _image = operation.Run().TakeImage();
        }
        catch (NativeRuntimeException)
        {
            Dispose();
            throw;
        }
    }

    public int Width => _library.ImageWidth(_image!.Address);

    public int Height => _library.ImageHeight(_image!.Address);

    public int Bands => _library.ImageBands(_image!.Address);

    public VipsFormat Format => (VipsFormat)_library.ImageFormat(_image!.Address);

    public VipsInterpretation Interpretation => (VipsInterpretation)_library.ImageInterpretation(_image!.Address);

    public int Pages => _library.ImagePages(_image!.Address);

    public int Orientation => _library.ImageOrientation(_image!.Address);

    /// <summary>Decodes rows; to be called from the top down, without gaps.</summary>
    /// <param name="firstRow">The first one.</param>
    /// <param name="rows">How many.</param>
    /// <param name="output">Shape (rows, width, bands), 1 or 2 bytes a sample.</param>
    /// <exception cref="NativeRuntimeException">The data is damaged.</exception>
    public void Read(int firstRow, int rows, Span<byte> output)
    {
        _region ??= new GObjectHandle(_library, _library.RegionNew(_image!.Address));
        nuint length;
        void* data = _library.RegionFetch(_region.Address, 0, firstRow, Width, rows, &length);
        if (data is null)
        {
            throw _library.TakeError();
        }

        try
        {
            new ReadOnlySpan<byte>(data, checked((int)length)).CopyTo(output);
        }
        finally
        {
            _library.MemoryFree(data);
        }
    }

    public void Dispose()
    {
        _region?.Dispose();
        _image?.Dispose();
        _source?.Dispose();
        _pin.Dispose();
    }
}
