namespace Sida.Engine.Language.Tokenization;

/// <summary>Kinds of pieces, with the numbers of sentencepiece_model.proto.</summary>
internal enum PieceType
{
    /// <summary>Ordinary text; also what a piece without a type is.</summary>
    Normal = 1,

    /// <summary>Stands for everything that the vocabulary lacks.</summary>
    Unknown = 2,

    /// <summary>Structure such as <c>&lt;s&gt;</c>: never the result of encoding text, invisible when decoded.</summary>
    Control = 3,

    /// <summary>Matched as a whole before any merging and never merged with its neighbours.</summary>
    UserDefined = 4,

    /// <summary>Takes part in merging, but is split again into the two pieces that formed it.</summary>
    Unused = 5,

    /// <summary>One byte of UTF-8, for characters that the vocabulary lacks.</summary>
    Byte = 6,
}

/// <summary>One entry of the vocabulary; its id is its index.</summary>
/// <param name="Text">What it stands for, U+2581 in place of a space.</param>
/// <param name="Score">Merge priority: the larger is merged first.</param>
/// <param name="Type">Its kind.</param>
internal readonly record struct SentencePiece(string Text, float Score, PieceType Type);

/// <summary>How text is rewritten before it is cut into pieces.</summary>
/// <param name="AddDummyPrefix">A space is put in front of the text (and dropped again by decoding).</param>
/// <param name="RemoveExtraWhitespaces">Leading, trailing and repeated spaces are dropped.</param>
/// <param name="EscapeWhitespaces">Spaces become U+2581.</param>
internal sealed record NormalizerSettings(bool AddDummyPrefix = true, bool RemoveExtraWhitespaces = true, bool EscapeWhitespaces = true);

/// <summary>A byte-pair vocabulary with byte fallback, as LLaMA's <c>tokenizer.model</c> holds it. Immutable.</summary>
internal sealed class SentencePieceModel
{
    /// <summary>U+2581, which stands for a space inside pieces.</summary>
    public const char Space = '▁';

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _mergeable;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _reserved;
    private readonly int[] _byteIds = new int[256];
    private readonly Dictionary<int, byte> _bytes = [];
    private readonly int _longestMergeable;

    /// <summary>Indexes pieces and checks what sentencepiece itself insists on.</summary>
    /// <param name="pieces">The vocabulary in id order.</param>
    /// <param name="normalizer">How text is rewritten first.</param>
    /// <param name="unknownSurface">What the unknown piece decodes to.</param>
    /// <param name="source">The file's name, for messages.</param>
    /// <exception cref="CheckpointException">A piece is empty or defined twice, or the unknown piece or a byte piece is missing.</exception>
    public SentencePieceModel(IReadOnlyList<SentencePiece> pieces, NormalizerSettings normalizer, string unknownSurface, string source)
    {
        Pieces = pieces;
        Normalizer = normalizer;
        UnknownSurface = unknownSurface;
        Dictionary<string, int> mergeable = new(pieces.Count, StringComparer.Ordinal);
        Dictionary<string, int> reserved = new(StringComparer.Ordinal);
        List<string> userDefined = [];
        UnknownId = -1;
        for (int id = 0; id < pieces.Count; id++)
        {
            SentencePiece piece = pieces[id];
            bool merges = piece.Type is PieceType.Normal or PieceType.UserDefined or PieceType.Unused;
            if (piece.Text.Length == 0 || float.IsNaN(piece.Score))
                throw new CheckpointException($"{source}: piece {id} has no text or no valid score; the file is damaged, fetch it again.");

            if (!(merges ? mergeable : reserved).TryAdd(piece.Text, id))
                throw new CheckpointException($"{source}: piece {id} repeats an earlier piece; the file is damaged, fetch it again.");

            if (merges)
                _longestMergeable = Math.Max(_longestMergeable, piece.Text.Length);

            if (piece.Type == PieceType.UserDefined)
                userDefined.Add(piece.Text);

            if (piece.Type == PieceType.Unknown)
            {
                if (UnknownId >= 0)
                    throw new CheckpointException($"{source}: pieces {UnknownId} and {id} are both the unknown piece; the file is damaged, fetch it again.");

                UnknownId = id;
            }
        }

        if (UnknownId < 0)
            throw new CheckpointException($"{source}: the vocabulary has no unknown piece; the file is damaged, fetch it again.");

        _mergeable = mergeable.GetAlternateLookup<ReadOnlySpan<char>>();
        _reserved = reserved.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int value = 0; value < 256; value++)
        {
            if (!reserved.TryGetValue($"<0x{value:X2}>", out int id) || pieces[id].Type != PieceType.Byte)
                throw new CheckpointException($"{source}: the vocabulary lacks the byte piece <0x{value:X2}>; use the LLaMA tokenizer that belongs to the checkpoint.");

            _byteIds[value] = id;
            _bytes[id] = (byte)value;
        }

        UserDefined = PrefixTree.From(userDefined);
    }

    /// <summary>The vocabulary in id order.</summary>
    public IReadOnlyList<SentencePiece> Pieces { get; }

    /// <summary>How text is rewritten before it is cut.</summary>
    public NormalizerSettings Normalizer { get; }

    /// <summary>What the unknown piece decodes to.</summary>
    public string UnknownSurface { get; }

    /// <summary>Id of the unknown piece.</summary>
    public int UnknownId { get; }

    /// <summary>The user-defined pieces.</summary>
    public PrefixTree UserDefined { get; }

    /// <summary>Whether merging may form this text; gives the piece's id.</summary>
    public bool TryFindMergeable(ReadOnlySpan<char> text, out int id)
    {
        id = -1;
        return text.Length <= _longestMergeable && _mergeable.TryGetValue(text, out id);
    }

    /// <summary>The piece with this text: control, byte and unknown pieces first, then ordinary ones, otherwise the unknown piece.</summary>
    public int IdOf(ReadOnlySpan<char> text) =>
        _reserved.TryGetValue(text, out int id) || TryFindMergeable(text, out id) ? id : UnknownId;

    /// <summary>Whether the vocabulary has a piece with exactly this text.</summary>
    public bool Contains(ReadOnlySpan<char> text) => _reserved.ContainsKey(text) || _mergeable.ContainsKey(text);

    /// <summary>Id of the piece that stands for a byte.</summary>
    public int IdOf(byte value) => _byteIds[value];

    /// <summary>Whether the piece stands for a byte; gives that byte.</summary>
    public bool TryGetByte(int id, out byte value) => _bytes.TryGetValue(id, out value);
}
