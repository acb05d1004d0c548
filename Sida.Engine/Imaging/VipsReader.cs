using System.Buffers.Binary;
using Sida.Engine.Imaging.Interop;

namespace Sida.Engine.Imaging;

/// <summary>Pictures that libvips decodes, brought to 8-bit RGB.</summary>
internal sealed class VipsReader : IPixelReader
{
    private const int StripBytes = 1 << 19;

    private readonly VipsImage _image;
    private readonly ImageFormat _format;
    private readonly Refusal _refusal;
    private readonly SampleConverter _converter;
    private readonly byte[] _samples;

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="ImageException">It is damaged, too large or of an unsupported kind.</exception>
    public VipsReader(ReadOnlyMemory<byte> file, ImageFormat format, Refusal refusal, ImageLimits limits)
    {
        (_format, _refusal) = (format, refusal);
        if (format == ImageFormat.Png && file.Length >= 24)
        {
            // libpng has limits of its own, which it would report as damage.
            refusal.Check(
                BinaryPrimitives.ReadUInt32BigEndian(file.Span[16..]), BinaryPrimitives.ReadUInt32BigEndian(file.Span[20..]), 1, limits);
        }

        _image = Open(file, format, refusal);
        try
        {
            (Width, Height, Frames) = (_image.Width, _image.Height, _image.Pages);
            refusal.Check(Width, Height, Frames, limits);
            Orientation = _image.Orientation is >= 1 and <= 8 ? _image.Orientation : 1;
            TiffTags tags = format == ImageFormat.Tiff ? TiffTags.Read(file.Span) : default;
            if (tags.IsRawYCbCr)
            {
                throw refusal.Unsupported("the Tiff file has YCbCr colours without JPEG compression");
            }

            _converter = SampleConverter.For(format, _image.Format, _image.Interpretation, _image.Bands, tags.HasAlpha)
                ?? throw refusal.Unsupported($"the {format} file's samples are not grey, RGB or CMYK of 8 or 16 bits");
            int rowBytes = Width * _converter.BytesPerPixel;
            StripRows = Math.Clamp(StripBytes / rowBytes, 1, Height);
            _samples = new byte[StripRows * rowBytes];
        }
        catch (ImageException)
        {
            _image.Dispose();
            throw;
        }
    }

    public int Width { get; }

    public int Height { get; }

    public int Orientation { get; }

    public int Frames { get; }

    public int StripRows { get; }

    public void Read(int firstRow, Span<byte> rows)
    {
        int count = rows.Length / (Width * 3);
        Span<byte> samples = _samples.AsSpan(0, count * Width * _converter.BytesPerPixel);
        try
        {
            _image.Read(firstRow, count, samples);
        }
        catch (NativeRuntimeException error)
        {
            throw Damaged(_format, _refusal, error);
        }

        _converter.ToRgb(samples, rows);
    }

    public void Dispose() => _image.Dispose();

    private static VipsImage Open(ReadOnlyMemory<byte> file, ImageFormat format, Refusal refusal)
    {
        string loader = format switch
        {
            ImageFormat.Jpeg => "jpegload_source",
            ImageFormat.Png => "pngload_source",
            ImageFormat.WebP => "webpload_source",
            ImageFormat.Gif => "gifload_source",
            ImageFormat.Tiff => "tiffload_source",
            ImageFormat.Avif or ImageFormat.Heic => "heifload_source",
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "No loader."),
        };
        VipsLibrary library = VipsLibrary.Instance;
        try
        {
            return new VipsImage(library, file, loader);
        }
        catch (NativeRuntimeException error)
        {
            throw Damaged(format, refusal, error);
        }
    }

    private static ImageException Damaged(ImageFormat format, Refusal refusal, NativeRuntimeException error) => format == ImageFormat.Heic
        ? refusal.Unsupported("HEIC pictures can't be decoded here")
        : refusal.Damaged(format, error);
}
