using System.Buffers;
using System.Text;
using Sida.Engine.Language.Gguf;

namespace Sida.Engine.Import.Gguf;

/// <summary>Fills <paramref name="destination"/> with the bytes of whole rows, from <paramref name="firstRow"/> on.</summary>
internal delegate void GgufRows(long firstRow, Span<byte> destination);

/// <summary>
/// Writes a GGUF file (version 3): the header first, which needs sizes only, then each tensor in pieces of about
/// <see cref="PieceBytes"/>, so that memory doesn't grow with the model.
/// </summary>
internal sealed class GgufWriter
{
    private const int PieceBytes = 8 << 20;
    private const uint Version = 3;
    private readonly List<(string Name, GgmlType Type, long[] Dimensions, int RowGroup, GgufRows Rows)> _tensors = [];
    private readonly List<Action<BinaryWriter>> _values = [];

    /// <summary>Bytes of all tensors, without padding.</summary>
    public long TensorBytes => _tensors.Sum(tensor => Bytes(tensor.Type, tensor.Dimensions));

    public void Add(string key, uint value) => Add(key, GgufValueType.UInt32, writer => writer.Write(value));

    public void Add(string key, float value) => Add(key, GgufValueType.Float32, writer => writer.Write(value));

    public void Add(string key, bool value) => Add(key, GgufValueType.Bool, writer => writer.Write(value));

    public void Add(string key, string value) => Add(key, GgufValueType.String, writer => Text(writer, value));

    public void Add(string key, IReadOnlyCollection<string> values) => AddArray(key, GgufValueType.String, values, Text);

    public void Add(string key, IReadOnlyCollection<float> values) =>
        AddArray(key, GgufValueType.Float32, values, static (writer, value) => writer.Write(value));

    public void Add(string key, IReadOnlyCollection<int> values) =>
        AddArray(key, GgufValueType.Int32, values, static (writer, value) => writer.Write(value));

    /// <summary>Adds a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Its number format.</param>
    /// <param name="dimensions">ggml's order: row length first.</param>
    /// <param name="rowGroup">Rows are asked for in multiples of this.</param>
    /// <param name="rows">Gives the bytes.</param>
    public void AddTensor(string name, GgmlType type, long[] dimensions, int rowGroup, GgufRows rows) =>
        _tensors.Add((name, type, dimensions, rowGroup, rows));

    /// <summary>Writes the file.</summary>
    /// <param name="path">Replaced if it exists.</param>
    /// <param name="written">Told the number of tensor bytes written so far.</param>
    /// <param name="cancellation">Stops between two pieces.</param>
    public void Write(string path, Action<long> written, CancellationToken cancellation)
    {
        byte[] header = Header();
        long size = _tensors.Aggregate((long)header.Length, (sum, tensor) => Pad(sum) + Bytes(tensor.Type, tensor.Dimensions));
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0, PreallocationSize = Pad(size) };
        using FileStream stream = new(path, options);
        stream.Write(header);
        long done = 0;
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            foreach ((string _, GgmlType type, long[] dimensions, int rowGroup, GgufRows rows) in _tensors)
            {
                PadTo(stream);
                long rowBytes = GgmlTypes.RowBytes(type, dimensions[0]);
                long rowCount = dimensions.Skip(1).Aggregate(1L, (product, side) => product * side);
                long perPiece = Math.Max(1, PieceBytes / (rowBytes * rowGroup)) * rowGroup;
                for (long row = 0; row < rowCount; row += perPiece)
                {
                    cancellation.ThrowIfCancellationRequested();
                    int bytes = checked((int)(Math.Min(perPiece, rowCount - row) * rowBytes));
                    Grow(ref piece, bytes);
                    rows(row, piece.AsSpan(0, bytes));
                    stream.Write(piece, 0, bytes);
                    written(done += bytes);
                }
            }

            PadTo(stream);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private static long Bytes(GgmlType type, long[] dimensions) =>
        dimensions.Skip(1).Aggregate(GgmlTypes.RowBytes(type, dimensions[0]), (product, side) => checked(product * side));

    private static long Pad(long position) => (position + GgufFile.DefaultAlignment - 1) / GgufFile.DefaultAlignment * GgufFile.DefaultAlignment;

    private static void PadTo(FileStream stream)
    {
        Span<byte> zeros = stackalloc byte[GgufFile.DefaultAlignment];
        zeros.Clear();
        stream.Write(zeros[..(int)(Pad(stream.Position) - stream.Position)]);
    }

    private static void Grow(ref byte[] piece, int bytes)
    {
        if (piece.Length < bytes)
        {
            ArrayPool<byte>.Shared.Return(piece);
            piece = ArrayPool<byte>.Shared.Rent(bytes);
        }
    }

    private static void Text(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private byte[] Header()
    {
        using MemoryStream header = new();
        using BinaryWriter writer = new(header);
        writer.Write("GGUF"u8);
        writer.Write(Version);
        writer.Write((ulong)_tensors.Count);
        writer.Write((ulong)_values.Count);
        _values.ForEach(write => write(writer));
        long offset = 0;
        foreach ((string name, GgmlType type, long[] dimensions, int _, GgufRows _) in _tensors)
        {
            Text(writer, name);
            writer.Write((uint)dimensions.Length);
            foreach (long side in dimensions)
            {
                writer.Write((ulong)side);
            }

            writer.Write((uint)type);
            writer.Write((ulong)offset);
            offset = Pad(offset + Bytes(type, dimensions));
        }

        writer.Flush();
        return header.ToArray();
    }

    private void Add(string key, GgufValueType type, Action<BinaryWriter> write) => _values.Add(writer =>
    {
        Text(writer, key);
        writer.Write((uint)type);
        write(writer);
    });

    private void AddArray<T>(string key, GgufValueType type, IReadOnlyCollection<T> values, Action<BinaryWriter, T> write) =>
        Add(key, GgufValueType.Array, writer =>
        {
            writer.Write((uint)type);
            writer.Write((ulong)values.Count);
            foreach (T value in values)
            {
                write(writer, value);
            }
        });
}
