using System.Text;
using Google.Protobuf;

namespace Sida.Engine.Language.Tokenization;

/// <summary>
/// Reads <c>tokenizer.model</c>: the fields of sentencepiece_model.proto that encoding and decoding depend on, with the
/// proto's defaults where a field is absent (Meta's file leaves out the type of ordinary pieces and <c>escape_whitespaces</c>).
/// </summary>
internal static class SentencePieceReader
{
    /// <summary>Largest file that is read.</summary>
    public const int MaxFileBytes = 64 << 20;
    private const int MaxPieces = 1 << 20;
    private const int MaxPieceBytes = 1024;
    private const int BytePairModel = 2;
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    /// <summary>Parses a whole file.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <exception cref="CheckpointException">Damaged, oversized, or not a byte-pair model with byte fallback and identity normalisation.</exception>
    public static SentencePieceModel Read(byte[] file, string source)
    {
        if (file.Length is 0 or > MaxFileBytes)
            throw new CheckpointException($"{source}: {file.Length} bytes, expected 1 to {MaxFileBytes}; fetch the tokenizer again.");

        try
        {
            return new Parser(source).Parse(file);
        }
        catch (Exception cause) when (cause is InvalidProtocolBufferException or InvalidDataException or DecoderFallbackException)
        {
            throw new CheckpointException($"{source}: not a sentencepiece model ({cause.Message.ReplaceLineEndings(" ")}); fetch the tokenizer again.", cause);
        }
    }

    private sealed class Parser(string source)
    {
        private readonly List<SentencePiece> _pieces = [];
        private NormalizerSettings _normalizer = new();
        private string _unknownSurface = " \u2047 ";
        private int _modelType = 1;
        private bool _byteFallback;
        private bool _spaceAsSuffix;
        private bool _hasCharacterMap;
        private int _fileLength;

        public SentencePieceModel Parse(byte[] file)
        {
            CodedInputStream input = new(file);
            _fileLength = file.Length;
            while (input.ReadTag() is uint tag and not 0)
            {
                switch (WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag))
                {
                    case (1, WireFormat.WireType.LengthDelimited):
                        _pieces.Add(Piece(input));
                        break;
                    case (2, WireFormat.WireType.LengthDelimited):
                        Message(input, tag => Trainer(input, tag));
                        break;
                    case (3, WireFormat.WireType.LengthDelimited):
                        Message(input, tag => Normalizer(input, tag));
                        break;
                    case (5, WireFormat.WireType.LengthDelimited):
                        Message(input, tag => Denormalizer(input, tag));
                        break;
                    default:
                        input.SkipLastField();
                        break;
                }
            }

            if (_modelType != BytePairModel)
                throw new CheckpointException($"{source}: not a byte-pair model (type {_modelType}); LLaMA tokenizers are byte-pair models, use the checkpoint's own file.");

            if (!_byteFallback || _spaceAsSuffix || _hasCharacterMap)
                throw new CheckpointException($"{source}: byte fallback is off or the text is normalised in a way that LLaMA tokenizers are not; use the checkpoint's own file.");

            return new SentencePieceModel(_pieces, _normalizer, _unknownSurface, source);
        }

        private void Message(CodedInputStream input, Action<uint> readField)
        {
            long end = input.ReadLength() + input.Position;
            if (end < input.Position || end > _fileLength)
                throw new InvalidDataException("a message is longer than the file");

            while (input.Position < end)
            {
                readField(input.ReadTag());
            }

            if (input.Position != end)
                throw new InvalidDataException("a message ends inside a field");
        }

        private SentencePiece Piece(CodedInputStream input)
        {
            if (_pieces.Count == MaxPieces)
                throw new CheckpointException($"{source}: more than {MaxPieces} pieces; fetch the tokenizer again.");

            string text = "";
            float score = 0;
            PieceType type = PieceType.Normal;
            Message(input, tag =>
            {
                switch (WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag))
                {
                    case (1, WireFormat.WireType.LengthDelimited):
                        text = Text(input);
                        break;
                    case (2, WireFormat.WireType.Fixed32):
                        score = input.ReadFloat();
                        break;
                    case (3, WireFormat.WireType.Varint):
                        // A number that the proto doesn't define counts as an absent field.
                        type = (PieceType)input.ReadInt32() is var read && Enum.IsDefined(read) ? read : type;
                        break;
                    default:
                        input.SkipLastField();
                        break;
                }
            });
            return new SentencePiece(text, score, type);
        }

        private string Text(CodedInputStream input)
        {
            ByteString bytes = input.ReadBytes();
            return bytes.Length <= MaxPieceBytes
                ? StrictUtf8.GetString(bytes.Span)
                : throw new CheckpointException($"{source}: the text of piece {_pieces.Count} is {bytes.Length} bytes long, at most {MaxPieceBytes} are read; fetch the tokenizer again.");
        }

        private void Trainer(CodedInputStream input, uint tag)
        {
            switch (WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag))
            {
                case (3, WireFormat.WireType.Varint):
                    _modelType = input.ReadInt32();
                    break;
                case (24, WireFormat.WireType.Varint):
                    _spaceAsSuffix = input.ReadBool();
                    break;
                case (35, WireFormat.WireType.Varint):
                    _byteFallback = input.ReadBool();
                    break;
                case (44, WireFormat.WireType.LengthDelimited):
                    _unknownSurface = Text(input);
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        private void Normalizer(CodedInputStream input, uint tag)
        {
            switch (WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag))
            {
                case (2, WireFormat.WireType.LengthDelimited):
                    _hasCharacterMap |= input.ReadBytes().Length > 0;
                    break;
                case (3, WireFormat.WireType.Varint):
                    _normalizer = _normalizer with { AddDummyPrefix = input.ReadBool() };
                    break;
                case (4, WireFormat.WireType.Varint):
                    _normalizer = _normalizer with { RemoveExtraWhitespaces = input.ReadBool() };
                    break;
                case (5, WireFormat.WireType.Varint):
                    _normalizer = _normalizer with { EscapeWhitespaces = input.ReadBool() };
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        private void Denormalizer(CodedInputStream input, uint tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == 2 && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
                _hasCharacterMap |= input.ReadBytes().Length > 0;
            else
                input.SkipLastField();
        }
    }
}
