using Sida.Engine;
using Sida.Web.Access;

namespace Sida.Web.Review.Formats.Import;

/// <summary>Reads no more than is allowed, whatever a header promised; what can't be unpacked is told by its name.</summary>
/// <param name="inner">Closed with this.</param>
/// <param name="name">What is being read, for the message.</param>
/// <param name="most">Bytes of this file.</param>
/// <param name="count">Told of bytes that were read; throws when there were too many in all.</param>
internal sealed class CountedStream(Stream inner, string name, long most, Action<int> count) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Counted(inner.Read(buffer));
        }
        catch (InvalidDataException error)
        {
            throw Damaged(error);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return Counted(await inner.ReadAsync(buffer, cancellationToken));
        }
        catch (InvalidDataException error)
        {
            throw Damaged(error);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private RequestException Damaged(InvalidDataException error) => new($"{name} can't be unpacked: {error.Message}", error);

    private int Counted(int bytes)
    {
        _read += bytes;
        if (_read > most)
        {
            throw new LimitException($"{name} has more than {most >> 20} MB, which is more than such a file may have.", isSize: true);
        }

        count(bytes);
        return bytes;
    }
}
