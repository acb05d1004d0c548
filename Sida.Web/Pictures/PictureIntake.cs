using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Sida.Engine;
using Sida.Engine.Imaging;
using Sida.Web.Access;

namespace Sida.Web.Pictures;

/// <summary>Brings a stranger's bytes to disk, counted and hashed on the way, and decodes them, a few at a time.</summary>
internal sealed class PictureIntake(PictureStore store, IOptions<UploadOptions> options) : IDisposable
{
    private const int BufferBytes = 1 << 16;

    private readonly SemaphoreSlim _decodes = new(options.Value.MaxDecodes);

    public void Dispose() => _decodes.Dispose();

    /// <summary>Writes a stream to a new file.</summary>
    /// <exception cref="LimitException">It is longer than is allowed.</exception>
    public async Task<ReceivedFile> ReceiveAsync(Stream body, CancellationToken cancellation)
    {
        string path = store.NewIncoming();
        bool whole = false;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            long length = 0;
            await using (FileStream file = new(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous }))
            {
                for (int count; (count = await body.ReadAsync(buffer, cancellation)) > 0;)
                {
                    length += count;
                    if (length > options.Value.MaxBytes)
                    {
                        throw new LimitException($"The picture is larger than {options.Value.MaxBytes >> 20} MB (Sida:Uploads:MaxBytes). Make it smaller or save it as JPEG.", isSize: true);
                    }

                    hash.AppendData(buffer, 0, count);
                    await file.WriteAsync(buffer.AsMemory(0, count), cancellation);
                }
            }

            whole = length > 0;
            return whole
                ? new ReceivedFile(path, length, Convert.ToHexStringLower(hash.GetHashAndReset()))
                : throw new RequestException("The picture is empty. Choose another file.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            if (!whole)
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Decodes a received file and makes the copies that are served.</summary>
    /// <exception cref="ImageException">It is damaged, too large, or no picture that Sida reads.</exception>
    public Task<DecodedUpload> DecodeAsync(ReceivedFile file, CancellationToken cancellation) => UseAsync(
        file.Path,
        decoded => new DecodedUpload(decoded.Format, decoded.Image.Width, decoded.Image.Height, PictureCopies.Make(decoded.Image)),
        cancellation);

    /// <summary>Decodes a picture and makes something of it, when it is its turn.</summary>
    /// <exception cref="ImageException">It is damaged, too large, or no picture that Sida reads.</exception>
    public async Task<T> UseAsync<T>(string path, Func<DecodedImage, T> use, CancellationToken cancellation)
    {
        await _decodes.WaitAsync(cancellation);
        try
        {
            byte[] bytes = await File.ReadAllBytesAsync(path, cancellation);
            return await Task.Run(() => use(ImageDecoder.Decode(bytes, options.Value.ImageLimits, cancellation)), cancellation);
        }
        finally
        {
            _decodes.Release();
        }
    }
}

/// <summary>A file that was received whole.</summary>
/// <param name="Path">Where it lies until it is stored or deleted.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Of the bytes, lower-case hexadecimal.</param>
internal sealed record ReceivedFile(string Path, long Length, string Sha256);

/// <summary>What decoding found out.</summary>
/// <param name="Format">What the bytes are.</param>
/// <param name="Width">Pixels, upright.</param>
/// <param name="Height">Pixels, upright.</param>
/// <param name="Copies">The copies that are served.</param>
internal sealed record DecodedUpload(ImageFormat Format, int Width, int Height, PictureCopies Copies);
