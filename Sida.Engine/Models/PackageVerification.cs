using System.Globalization;
using System.Text;

namespace Sida.Engine.Models;

/// <summary>
/// Proves that a package's files are the ones its manifest lists. Hashing a 13B package takes a while, so a large file that was
/// verified once leaves a stamp (path, size, time of last change, hash) in the user's cache and is hashed again only when one of
/// these differs; small files are always hashed.
/// </summary>
internal static class PackageVerification
{
    private const long AlwaysHashBelow = 256L << 20;

    /// <summary>Checks presence, size and SHA-256 of every file.</summary>
    /// <exception cref="PackageException">Names the first file that is missing, can't be read or is altered.</exception>
    public static async Task VerifyAsync(string folder, IReadOnlyList<PackageFile> files, CancellationToken cancellation)
    {
        foreach (PackageFile file in files)
        {
            FileInfo info = new(Path.Combine(folder, file.Name));
            if (!info.Exists)
            {
                throw new PackageException($"{info.FullName}: missing. Import the checkpoint again or copy the whole package.");
            }

            if (info.Length != file.Size)
            {
                throw new PackageException($"{info.FullName}: {info.Length} bytes instead of {file.Size}. Import the checkpoint again or copy the whole package.");
            }
        }

        await Parallel.ForEachAsync(files, cancellation, async (file, stop) =>
        {
            FileInfo info = new(Path.Combine(folder, file.Name));
            if (file.Size >= AlwaysHashBelow && HasStamp(info, file))
            {
                return;
            }

            if (await HashAsync(info.FullName, stop) != file.Sha256)
            {
                throw new PackageException($"{info.FullName}: altered, its SHA-256 is not the one in {ModelManifest.FileName}. Import the checkpoint again or copy the whole package.");
            }

            if (file.Size >= AlwaysHashBelow)
            {
                LeaveStamp(info, file);
            }
        });
    }

    private static async Task<string> HashAsync(string path, CancellationToken cancellation)
    {
        try
        {
            return await FileHash.Sha256Async(path, cancellation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw PackageException.Unreadable(path, error);
        }
    }

    private static string Stamp(FileInfo info, PackageFile file) =>
        string.Create(CultureInfo.InvariantCulture, $"{info.FullName}\n{info.Length}\n{info.LastWriteTimeUtc.Ticks}\n{file.Sha256}\n");

    private static string StampPath(PackageFile file)
    {
        string cache = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(cache.Length == 0 ? Path.GetTempPath() : cache, "sida", "verified", file.Sha256 + ".txt");
    }

    private static bool HasStamp(FileInfo info, PackageFile file)
    {
        string path = StampPath(file);
        return File.Exists(path) && File.ReadAllText(path) == Stamp(info, file);
    }

    private static void LeaveStamp(FileInfo info, PackageFile file)
    {
        string path = StampPath(file);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, Stamp(info, file), Encoding.UTF8);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A read-only cache costs time at the next start, nothing else.
        }
    }
}
