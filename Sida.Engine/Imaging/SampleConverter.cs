using System.Runtime.InteropServices;
using Sida.Engine.Imaging.Interop;

namespace Sida.Engine.Imaging;

/// <summary>Brings decoded samples of any kind that is accepted to 8-bit RGB, in the way of OpenCV's imread.</summary>
internal sealed class SampleConverter
{
    private readonly ImageFormat _format;
    private readonly VipsFormat _depth;
    private readonly int _bands;
    private readonly Kind _kind;
    private readonly bool _multiplyByAlpha;

    private SampleConverter(ImageFormat format, VipsFormat depth, int bands, Kind kind, bool multiplyByAlpha) =>
        (_format, _depth, _bands, _kind, _multiplyByAlpha) = (format, depth, bands, kind, multiplyByAlpha);

    private enum Kind
    {
        Grey,
        Rgb,
        Cmyk,
    }

    /// <summary>Bytes of a pixel before conversion.</summary>
    public int BytesPerPixel => _bands * (_depth == VipsFormat.UInt16 ? 2 : 1);

    /// <summary>The converter for a kind of samples, or null when that kind is not accepted.</summary>
    /// <param name="format">The file's format.</param>
    /// <param name="depth">Bits a sample.</param>
    /// <param name="meaning">What the bands are.</param>
    /// <param name="bands">Bands a pixel.</param>
    /// <param name="multiplyByAlpha">Whether RGB is multiplied by the alpha beside it before that is dropped.</param>
    public static SampleConverter? For(ImageFormat format, VipsFormat depth, VipsInterpretation meaning, int bands, bool multiplyByAlpha)
    {
        Kind? kind = (meaning, bands) switch
        {
            (VipsInterpretation.Grey or VipsInterpretation.Grey16 or VipsInterpretation.Multiband, 1 or 2) => Kind.Grey,
            (VipsInterpretation.Srgb or VipsInterpretation.Rgb16, 3 or 4) => Kind.Rgb,
            (VipsInterpretation.Cmyk, 4 or 5) => Kind.Cmyk,
            _ => null,
        };
        return kind is { } known && depth is VipsFormat.UInt8 or VipsFormat.UInt16 ? new SampleConverter(format, depth, bands, known, multiplyByAlpha) : null;
    }

    /// <summary>Converts pixels; the samples are overwritten.</summary>
    /// <param name="samples">Shape (pixels, bands), of 1 or 2 bytes each.</param>
    /// <param name="rgb">Shape (pixels, 3).</param>
    public void ToRgb(Span<byte> samples, Span<byte> rgb)
    {
        if (_depth == VipsFormat.UInt16)
        {
            samples = ReduceTo8Bits(samples);
        }

        switch (_kind)
        {
            case Kind.Rgb when _bands == 3:
                samples.CopyTo(rgb);
                break;
            case Kind.Rgb:
                DropAlpha(samples, rgb);
                break;
            case Kind.Grey:
                Repeat(samples, rgb);
                break;
            default:
                FromCmyk(samples, rgb);
                break;
        }
    }

    /// <summary>The high byte, as libpng's png_set_strip_16 and libtiff for grey; but RGB TIFFs are rounded, as libtiff does it there.</summary>
    private Span<byte> ReduceTo8Bits(Span<byte> samples)
    {
        Span<ushort> wide = MemoryMarshal.Cast<byte, ushort>(samples);
        bool rounded = _format == ImageFormat.Tiff && _kind == Kind.Rgb;
        for (int i = 0; i < wide.Length; i++)
        {
            samples[i] = rounded ? (byte)((wide[i] + 128) / 257) : (byte)(wide[i] >> 8);
        }

        return samples[..wide.Length];
    }

    /// <summary>Alpha is dropped as it is; but libtiff's RGBA interface, which OpenCV uses, gives colours multiplied by it, rounded.</summary>
    private void DropAlpha(ReadOnlySpan<byte> samples, Span<byte> rgb)
    {
        for (int from = 0, to = 0; to < rgb.Length; from += _bands, to += 3)
        {
            int alpha = _multiplyByAlpha ? samples[from + 3] : 255;
            for (int channel = 0; channel < 3; channel++)
            {
                rgb[to + channel] = (byte)(((samples[from + channel] * alpha) + 127) / 255);
            }
        }
    }

    private void Repeat(ReadOnlySpan<byte> samples, Span<byte> rgb)
    {
        for (int from = 0, to = 0; to < rgb.Length; from += _bands, to += 3)
        {
            rgb.Slice(to, 3).Fill(samples[from]);
        }
    }

    /// <summary>
    /// Ink to light without a colour profile. JPEG: as OpenCV (icvCvt_CMYK2BGR), which shifts; TIFF: as libtiff (putRGBcontig8bitCMYKtile),
    /// which divides. Both leave 255 * (1 - ink) * (1 - black).
    /// </summary>
    private void FromCmyk(ReadOnlySpan<byte> samples, Span<byte> rgb)
    {
        for (int from = 0, to = 0; to < rgb.Length; from += _bands, to += 3)
        {
            int light = 255 - samples[from + 3];
            for (int channel = 0; channel < 3; channel++)
            {
                int ink = samples[from + channel];
                rgb[to + channel] = (byte)(_format == ImageFormat.Tiff ? light * (255 - ink) / 255 : light - ((ink * light) >> 8));
            }
        }
    }
}
