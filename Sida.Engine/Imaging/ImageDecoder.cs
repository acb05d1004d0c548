using System.Security.Cryptography;

namespace Sida.Engine.Imaging;

/// <summary>
/// Decodes picture files of unknown origin into the pixels that OpenCV's imread gives (three channels, alpha dropped, grey repeated,
/// palette applied, 16 bits reduced to 8, EXIF orientation applied), within <see cref="ImageLimits"/>.
/// </summary>
public static class ImageDecoder
{
    /// <summary>Decodes a file that is in memory.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="limits">What is accepted; null for <see cref="ImageLimits.Default"/>.</param>
    /// <param name="cancellationToken">
    /// Looked at after every strip of rows. A format that is decoded in one go (progressive JPEG, interlaced PNG, WebP, AVIF, GIF) is only
    /// left when that is done.
    /// </param>
    /// <exception cref="ImageException">The file is damaged, too large, or of no accepted format.</exception>
    /// <exception cref="NativeRuntimeException">libvips is missing.</exception>
    public static DecodedImage Decode(ReadOnlyMemory<byte> file, ImageLimits? limits = null, CancellationToken cancellationToken = default) =>
        Decode(file, new Refusal("The picture"), limits ?? ImageLimits.Default, cancellationToken);

    /// <summary>Reads and decodes a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="limits">What is accepted; null for <see cref="ImageLimits.Default"/>.</param>
    /// <param name="cancellationToken">See the other overload.</param>
    /// <exception cref="ImageException">The file can't be read, is damaged, too large, or of no accepted format.</exception>
    /// <exception cref="NativeRuntimeException">libvips is missing.</exception>
    public static DecodedImage DecodeFile(string path, ImageLimits? limits = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        limits ??= ImageLimits.Default;
        var refusal = new Refusal(Path.GetFileName(path));
        return Decode(Read(path, refusal, limits), refusal, limits, cancellationToken);
    }

    private static DecodedImage Decode(ReadOnlyMemory<byte> file, Refusal refusal, ImageLimits limits, CancellationToken cancellationToken)
    {
        if (file.Length > limits.MaxBytes)
        {
            throw refusal.TooManyBytes(limits.MaxBytes);
        }

        cancellationToken.ThrowIfCancellationRequested();
        ImageFormat format = ImageSignature.Detect(file.Span) ?? throw refusal.NotAPicture(ImageSignature.Describe(file.Span));
        using IPixelReader reader = format == ImageFormat.Bmp
            ? new BmpReader(file, refusal, limits)
            : new VipsReader(file, format, refusal, limits);
        var canvas = new OrientedCanvas(reader.Width, reader.Height, reader.Orientation);
        byte[] strip = new byte[checked(reader.StripRows * reader.Width * 3)];
        for (int y = 0; y < reader.Height; y += reader.StripRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<byte> rows = strip.AsSpan(0, Math.Min(reader.StripRows, reader.Height - y) * reader.Width * 3);
            reader.Read(y, rows);
            canvas.Write(y, rows);
        }

        string sha256 = Convert.ToHexStringLower(SHA256.HashData(file.Span));
        return new DecodedImage(canvas.ToImage(), sha256, format, reader.Width, reader.Height, reader.Orientation, reader.Frames);
    }

    private static byte[] Read(string path, Refusal refusal, ImageLimits limits)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (stream.CanSeek && stream.Length > limits.MaxBytes)
            {
                throw refusal.TooManyBytes(limits.MaxBytes);
            }

            // A pipe or a device has no length to trust: never more than the limit is read.
            using var bytes = new MemoryStream(stream.CanSeek ? (int)stream.Length : 0);
            byte[] buffer = new byte[1 << 16];
            for (int count; (count = stream.Read(buffer)) > 0;)
            {
                bytes.Write(buffer, 0, count);
                if (bytes.Length > limits.MaxBytes)
                {
                    throw refusal.TooManyBytes(limits.MaxBytes);
                }
            }

            return bytes.ToArray();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw refusal.Unreadable(error);
        }
    }
}
