using System.Buffers;
using Sida.Web.Data;

namespace Sida.Web.Pictures;

/// <summary>
/// Pictures in folders by the SHA-256 of their bytes: the uploaded file as it came, and the copies that are served. The only place
/// that makes paths, and it makes them of nothing but a hash that was computed here.
/// </summary>
internal sealed class PictureStore(DataFolder folder, TimeProvider clock) : IDisposable
{
    private const string Original = "original";

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>A picture that nobody refers to is kept so long: it may be about to be stored by somebody else.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _commit = new(1);

    public void Dispose() => _commit.Dispose();

    /// <summary>A file for an upload to be written to.</summary>
    public string NewIncoming() => Path.Combine(folder.Incoming, Guid.NewGuid().ToString("N"));

    public bool Contains(string sha256) => Directory.Exists(Folder(sha256));

    /// <summary>The uploaded bytes, for the engine and for their owner's export.</summary>
    public string OriginalPath(string sha256) => Path.Combine(Folder(sha256), Original);

    public string CopyPath(string sha256, PictureCopy copy) => Path.Combine(Folder(sha256), copy == PictureCopy.Display ? "display.jpg" : "thumbnail.jpg");

    /// <summary>Bytes on disk: the file and its copies.</summary>
    public long StoredBytes(string sha256) => new DirectoryInfo(Folder(sha256)).EnumerateFiles().Sum(file => file.Length);

    /// <summary>Takes an upload into the store. What is in the store is whole: its folder appears at once, with everything in it.</summary>
    public async Task CommitAsync(string sha256, string incoming, PictureCopies copies, CancellationToken cancellation)
    {
        string staging = NewIncoming();
        Directory.CreateDirectory(staging);
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(staging, "display.jpg"), copies.Display, cancellation);
            await File.WriteAllBytesAsync(Path.Combine(staging, "thumbnail.jpg"), copies.Thumbnail, cancellation);
            File.Move(incoming, Path.Combine(staging, Original));
            await _commit.WaitAsync(cancellation);
            try
            {
                if (Contains(sha256))
                {
                    Touch(sha256);
                }
                else
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(Folder(sha256))!);
                    Directory.Move(staging, Folder(sha256));
                    Touch(sha256);
                }
            }
            finally
            {
                _commit.Release();
            }
        }
        finally
        {
            if (Directory.Exists(staging))
            {
                Directory.Delete(staging, recursive: true);
            }
        }
    }

    /// <summary>Says that somebody is about to refer to a picture that is in the store already.</summary>
    /// <returns>Whether it still is.</returns>
    public async Task<bool> TryKeepAsync(string sha256, CancellationToken cancellation)
    {
        await _commit.WaitAsync(cancellation);
        try
        {
            if (Contains(sha256))
            {
                Touch(sha256);
                return true;
            }

            return false;
        }
        finally
        {
            _commit.Release();
        }
    }

    /// <summary>Removes pictures that nobody refers to any more.</summary>
    /// <param name="isReferredTo">Whether somebody does.</param>
    /// <param name="cancellation">Stops between two pictures.</param>
    /// <returns>How many were removed.</returns>
    public async Task<int> SweepAsync(Func<string, Task<bool>> isReferredTo, CancellationToken cancellation)
    {
        int removed = 0;
        foreach (DirectoryInfo picture in new DirectoryInfo(folder.Pictures).EnumerateDirectories().SelectMany(prefix => prefix.EnumerateDirectories()))
        {
            await _commit.WaitAsync(cancellation);
            try
            {
                picture.Refresh();
                if (picture.LastWriteTimeUtc < clock.GetUtcNow() - Grace && !await isReferredTo(picture.Name))
                {
                    picture.Delete(recursive: true);
                    removed++;
                }
            }
            finally
            {
                _commit.Release();
            }
        }

        foreach (FileSystemInfo left in new DirectoryInfo(folder.Incoming).EnumerateFileSystemInfos().Where(left => left.LastWriteTimeUtc < clock.GetUtcNow() - Grace))
        {
            if (left is DirectoryInfo staging)
            {
                staging.Delete(recursive: true);
            }
            else
            {
                left.Delete();
            }
        }

        return removed;
    }

    private void Touch(string sha256) => Directory.SetLastWriteTimeUtc(Folder(sha256), clock.GetUtcNow().UtcDateTime);

    private string Folder(string sha256)
    {
        if (sha256.Length != 64 || sha256.AsSpan().ContainsAnyExcept(HexDigits))
        {
            throw new ArgumentException("Not a SHA-256.", nameof(sha256));
        }

        return Path.Combine(folder.Pictures, sha256[..2], sha256);
    }
}
