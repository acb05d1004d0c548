using System.Security.Cryptography;

namespace Sida.Engine.Models;

/// <summary>SHA-256 of files, as lower-case hexadecimal.</summary>
internal static class FileHash
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Hashes a file without keeping it in memory.</summary>
    public static async Task<string> Sha256Async(string path, CancellationToken cancellation)
    {
        FileStreamOptions options = new() { Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = BufferBytes };
        await using FileStream stream = new(path, options);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation));
    }
}
