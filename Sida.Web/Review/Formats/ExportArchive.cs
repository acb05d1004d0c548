using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Sida.Web.Work;

namespace Sida.Web.Review.Formats;

/// <summary>
/// A zip that is written as it grows. Texts that collect a line a picture (tables, JSON) wait in files beside it until all pictures are in, so
/// however many there are, no more than one is in memory. Every file's hash goes into files.jsonl.
/// </summary>
internal sealed class ExportArchive : IAsyncDisposable
{
    private const string FileList = "files.jsonl";
    private const int CopyBuffer = 1 << 16;

    private readonly ZipArchive _zip;
    private readonly string _spool;
    private readonly DateTimeOffset _time;
    private readonly OrderedDictionary<string, StreamWriter> _texts = [];
    private int _spooled;

    private ExportArchive(ZipArchive zip, string spool, DateTimeOffset time) => (_zip, _spool, _time) = (zip, spool, time);

    /// <summary>Begins an archive.</summary>
    /// <param name="output">Where it goes; closed by the caller.</param>
    /// <param name="spool">A folder of its own for what waits; removed at the end.</param>
    /// <param name="time">What its files are dated.</param>
    /// <param name="cancellation">Stops.</param>
    public static async Task<ExportArchive> BeginAsync(Stream output, string spool, DateTimeOffset time, CancellationToken cancellation)
    {
        Directory.CreateDirectory(spool);
        return new ExportArchive(await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancellation), spool, time);
    }

    /// <summary>Adds an empty folder: readers look for some even where nothing is in them.</summary>
    public void AddFolder(string path) => NewEntry(path + "/", CompressionLevel.NoCompression);

    /// <summary>Adds a file; pictures are compressed already.</summary>
    public async Task AddAsync(string path, byte[] bytes, CancellationToken cancellation)
    {
        await using (Stream entry = await NewEntry(path, CompressionLevel.NoCompression).OpenAsync(cancellation))
        {
            await entry.WriteAsync(bytes, cancellation);
        }

        await ListAsync(path, bytes.Length, SHA256.HashData(bytes), cancellation);
    }

    /// <summary>Adds to a text that grows until the archive is finished, when it becomes a file of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="member">What is added.</param>
    /// <param name="between">What stands between two members.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task AppendAsync(string path, string member, string between, CancellationToken cancellation)
    {
        if (_texts.TryGetValue(path, out StreamWriter? text))
        {
            await text.WriteAsync(between.AsMemory(), cancellation);
        }
        else
        {
            text = new StreamWriter(Path.Combine(_spool, FormattableString.Invariant($"{_spooled++}.txt")), append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            _texts.Add(path, text);
        }

        await text.WriteAsync(member.AsMemory(), cancellation);
    }

    /// <summary>Makes one file of several texts, one after the other, and of what stands between them.</summary>
    public async Task JoinAsync(string path, IReadOnlyList<(string? Text, string? Literal)> parts, CancellationToken cancellation)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long length = 0;
        await using (Stream entry = await NewEntry(path, CompressionLevel.Fastest).OpenAsync(cancellation))
        {
            foreach ((string? text, string? literal) in parts)
            {
                await using Stream part = literal is not null ? new MemoryStream(Encoding.UTF8.GetBytes(literal)) : await TakeAsync(text!);
                byte[] buffer = new byte[CopyBuffer];
                for (int count; (count = await part.ReadAsync(buffer, cancellation)) > 0;)
                {
                    hash.AppendData(buffer, 0, count);
                    length += count;
                    await entry.WriteAsync(buffer.AsMemory(0, count), cancellation);
                }
            }
        }

        if (path != FileList)
        {
            await ListAsync(path, length, hash.GetHashAndReset(), cancellation);
        }
    }

    /// <summary>Puts in what is left of the texts, the list of files last.</summary>
    public async Task FinishAsync(CancellationToken cancellation)
    {
        foreach (string path in _texts.Keys.Where(path => path != FileList).ToList())
        {
            await JoinAsync(path, [(path, null)], cancellation);
        }

        await JoinAsync(FileList, [(FileList, null)], cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (StreamWriter text in _texts.Values)
        {
            await text.DisposeAsync();
        }

        await _zip.DisposeAsync();
        Directory.Delete(_spool, recursive: true);
    }

    private ZipArchiveEntry NewEntry(string path, CompressionLevel compression)
    {
        ZipArchiveEntry entry = _zip.CreateEntry(path, compression);
        entry.LastWriteTime = _time;
        return entry;
    }

    private Task ListAsync(string path, long bytes, byte[] sha256, CancellationToken cancellation) =>
        AppendAsync(FileList, WebJson.Write(new { path, bytes, sha256 = Convert.ToHexStringLower(sha256) }) + "\n", "", cancellation);

    /// <summary>A text for reading, after its last word; nothing where there is none.</summary>
    private async Task<Stream> TakeAsync(string path)
    {
        if (!_texts.Remove(path, out StreamWriter? text))
        {
            return Stream.Null;
        }

        string file = ((FileStream)text.BaseStream).Name;
        await text.DisposeAsync();
        return new FileStream(file, new FileStreamOptions { Mode = FileMode.Open, Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose });
    }
}
