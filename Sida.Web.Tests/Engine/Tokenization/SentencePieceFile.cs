using Google.Protobuf;
using Sida.Engine.Language.Tokenization;

namespace Sida.Web.Tests.Engine.Tokenization;

/// <summary>Writes small sentencepiece models for tests, leaving out what is at its default.</summary>
internal sealed class SentencePieceFile
{
    private readonly List<SentencePiece> _pieces = [new("<unk>", 0, PieceType.Unknown), new("<s>", 0, PieceType.Control), new("</s>", 0, PieceType.Control)];

    public SentencePieceFile(params string[] pieces)
    {
        _pieces.AddRange(Enumerable.Range(0, 256).Select(value => new SentencePiece($"<0x{value:X2}>", 0, PieceType.Byte)));
        Add(PieceType.Normal, pieces);
    }

    public int ModelType { get; init; } = 2;

    public bool ByteFallback { get; init; } = true;

    public byte[] CharacterMap { get; init; } = [];

    public bool RemoveExtraWhitespaces { get; init; }

    /// <summary>Adds pieces with falling scores.</summary>
    public SentencePieceFile Add(PieceType type, params string[] pieces)
    {
        int first = _pieces.Count;
        _pieces.AddRange(pieces.Select((text, index) => new SentencePiece(text, -(first + index), type)));
        return this;
    }

    public SentencePieceFile Without(string piece)
    {
        _pieces.RemoveAll(candidate => candidate.Text == piece);
        return this;
    }

    public byte[] ToBytes() => Message(model =>
    {
        foreach (SentencePiece piece in _pieces)
        {
            Nested(model, 1, fields =>
            {
                fields.WriteTag(1, WireFormat.WireType.LengthDelimited);
                fields.WriteString(piece.Text);
                fields.WriteTag(2, WireFormat.WireType.Fixed32);
                fields.WriteFloat(piece.Score);
                if (piece.Type != PieceType.Normal)
                    Number(fields, 3, (int)piece.Type);
            });
        }

        Nested(model, 2, trainer =>
        {
            Number(trainer, 3, ModelType);
            Number(trainer, 35, ByteFallback ? 1 : 0);
        });
        Nested(model, 3, normalizer =>
        {
            normalizer.WriteTag(2, WireFormat.WireType.LengthDelimited);
            normalizer.WriteBytes(ByteString.CopyFrom(CharacterMap));
            Number(normalizer, 4, RemoveExtraWhitespaces ? 1 : 0);
        });
    });

    public SentencePieceModel Read() => SentencePieceReader.Read(ToBytes(), "test.model");

    private static void Nested(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(Message(write)));
    }

    private static void Number(CodedOutputStream output, int field, int value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt32(value);
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using MemoryStream stream = new();
        using (CodedOutputStream output = new(stream, leaveOpen: true))
        {
            write(output);
        }

        return stream.ToArray();
    }
}
