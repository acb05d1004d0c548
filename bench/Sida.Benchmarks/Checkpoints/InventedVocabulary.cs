using Google.Protobuf;

namespace Sida.Benchmarks.Checkpoints;

/// <summary>A sentencepiece BPE model of any size: the three control pieces, the 256 bytes, printable characters, then syllables.</summary>
internal static class InventedVocabulary
{
    private const int Unknown = 2;
    private const int Control = 3;
    private const int ByteType = 6;
    private const int ByteFallbackField = 35;
    private const int ModelTypeField = 3;
    private const int Bpe = 2;

    public static byte[] SentencePieceModel(int size)
    {
        using MemoryStream stream = new();
        using CodedOutputStream output = new(stream);
        Piece(output, "<unk>", 0, Unknown);
        Piece(output, "<s>", 0, Control);
        Piece(output, "</s>", 0, Control);
        for (int value = 0; value < 256; value++)
        {
            Piece(output, $"<0x{value:X2}>", 0, ByteType);
        }

        int score = 0;
        foreach (string text in Texts().Take(size - 259))
        {
            Piece(output, text, -score++, 0);
        }

        output.WriteTag(2, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(TrainerSpec());
        output.Flush();
        return stream.ToArray();
    }

    private static IEnumerable<string> Texts()
    {
        string[] characters = [.. Enumerable.Range('!', '~' - '!' + 1).Select(code => ((char)code).ToString()), "▁"];
        string[] letters = [.. Enumerable.Range('a', 26).Select(code => ((char)code).ToString()), "▁"];
        IEnumerable<string> pairs = from a in letters from b in letters select a + b;
        IEnumerable<string> triples = from a in letters from b in letters from c in letters select a + b + c;
        IEnumerable<string> quads = from a in letters from b in letters from c in letters from d in letters select a + b + c + d;
        return characters.Concat(pairs).Concat(triples).Concat(quads);
    }

    private static void Piece(CodedOutputStream output, string text, float score, int type)
    {
        using MemoryStream stream = new();
        using (CodedOutputStream piece = new(stream, leaveOpen: true))
        {
            piece.WriteTag(1, WireFormat.WireType.LengthDelimited);
            piece.WriteString(text);
            piece.WriteTag(2, WireFormat.WireType.Fixed32);
            piece.WriteFloat(score);
            if (type != 0)
            {
                piece.WriteTag(3, WireFormat.WireType.Varint);
                piece.WriteInt32(type);
            }
        }

        output.WriteTag(1, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(stream.ToArray()));
    }

    private static ByteString TrainerSpec()
    {
        using MemoryStream stream = new();
        using (CodedOutputStream trainer = new(stream, leaveOpen: true))
        {
            trainer.WriteTag(ModelTypeField, WireFormat.WireType.Varint);
            trainer.WriteInt32(Bpe);
            trainer.WriteTag(ByteFallbackField, WireFormat.WireType.Varint);
            trainer.WriteBool(true);
        }

        return ByteString.CopyFrom(stream.ToArray());
    }
}
