using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Sida.Engine.Import.Hub;

/// <summary>
/// A file on its way: its bytes in `NAME.partial`, beside it in `NAME.partial.etag` what they are part of, so that a later run can go on. It gets
/// its own name only when its hash is right, so a file with its own name and size is whole.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private const string Suffix = ".partial";
    private const string EtagSuffix = ".partial.etag";
    private const int RehashBuffer = 1 << 20;

    private readonly string _target;
    private readonly HubFile _file;
    private readonly FileStream _stream;
    private IncrementalHash _hash;

    private PartialFile(string target, HubFile file, FileStream stream)
    {
        _target = target;
        _file = file;
        _stream = stream;
        _hash = NewHash();
        Etag = File.Exists(target + EtagSuffix) && EntityTagHeaderValue.TryParse(File.ReadAllText(target + EtagSuffix), out EntityTagHeaderValue? etag) ? etag : null;
    }

    /// <summary>Bytes that are here.</summary>
    public long Length => _stream.Position;

    /// <summary>What they are part of, if the server said so.</summary>
    public EntityTagHeaderValue? Etag { get; private set; }

    /// <summary>Opens what an earlier run left, or begins; what is here is hashed again.</summary>
    /// <param name="target">Path of the whole file.</param>
    /// <param name="file">What it shall be.</param>
    /// <param name="cancellation">Stops the hashing.</param>
    public static async Task<PartialFile> OpenAsync(string target, HubFile file, CancellationToken cancellation)
    {
        var stream = new FileStream(target + Suffix, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, useAsync: true);
        var partial = new PartialFile(target, file, stream);
        try
        {
            if (stream.Length > file.ByteCount)
            {
                partial.Reset();
            }

            byte[] buffer = new byte[(int)Math.Min(RehashBuffer, stream.Length)];
            while (stream.Position < stream.Length)
            {
                int read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false);
                partial._hash.AppendData(buffer, 0, read);
            }

            return partial;
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            partial.Dispose();
            throw;
        }
    }

    /// <summary>Notes what the following bytes are part of; a weak tag is none, it doesn't promise equal bytes.</summary>
    public void SetEtag(EntityTagHeaderValue? etag)
    {
        Etag = etag is { IsWeak: false } ? etag : null;
        if (Etag is null)
        {
            File.Delete(_target + EtagSuffix);
        }
        else
        {
            File.WriteAllText(_target + EtagSuffix, Etag.ToString());
        }
    }

    /// <summary>Adds bytes at the end.</summary>
    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await _stream.WriteAsync(bytes, cancellation).ConfigureAwait(false);
        _hash.AppendData(bytes.Span);
    }

    /// <summary>Throws away what is here.</summary>
    public void Reset()
    {
        _stream.SetLength(0);
        _stream.Position = 0;
        _hash.Dispose();
        _hash = NewHash();
        SetEtag(null);
    }

    /// <summary>Whether all bytes are here and have the hub's hash.</summary>
    public bool IsRight() => Length == _file.ByteCount && Convert.ToHexStringLower(_hash.GetCurrentHash()) == _file.Hash.Hex;

    /// <summary>Gives the file its own name, after its bytes have reached the disk.</summary>
    public void Finish()
    {
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Move(_target + Suffix, _target, overwrite: true);
        File.Delete(_target + EtagSuffix);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        _hash.Dispose();
    }

    private IncrementalHash NewHash()
    {
        if (_file.Hash.IsSha256)
        {
            return IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        }

        // Git's name of a small file: SHA-1 of a header and the content. It guards against damage, and the hub offers nothing else for these.
#pragma warning disable CA5350
        IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        hash.AppendData(Encoding.ASCII.GetBytes($"blob {_file.ByteCount}\0"));
        return hash;
    }
}
