using System.Buffers;
using System.Text;

namespace Sida.Engine.Language.Tokenization;

/// <summary>
/// Byte-pair segmentation of one normalised text (bpe_model.cc of sentencepiece): start from single characters, always merge
/// the neighbours whose piece has the highest score, the leftmost first among equals. A queue of candidates makes it
/// n log n in the length of the text.
/// </summary>
internal ref struct BytePairMerger
{
    private readonly SentencePieceModel _model;
    private readonly ReadOnlySpan<char> _text;
    private readonly Span<Symbol> _symbols;
    private readonly PriorityQueue<Candidate, MergeOrder> _agenda;
    private Dictionary<int, int>? _splits;

    private BytePairMerger(SentencePieceModel model, ReadOnlySpan<char> text, Span<Symbol> symbols)
    {
        _model = model;
        _text = text;
        _symbols = symbols;
        _agenda = new PriorityQueue<Candidate, MergeOrder>(symbols.Length);
    }

    /// <summary>Appends the ids of the pieces of <paramref name="text"/>; characters that have no piece become their UTF-8 bytes.</summary>
    public static void Segment(SentencePieceModel model, ReadOnlySpan<char> text, List<int> ids)
    {
        if (text.IsEmpty)
            return;

        Symbol[] symbols = ArrayPool<Symbol>.Shared.Rent(text.Length);
        try
        {
            BytePairMerger merger = new(model, text, symbols.AsSpan(0, text.Length));
            merger.Cut();
            merger.Merge();
            merger.Append(ids);
        }
        finally
        {
            ArrayPool<Symbol>.Shared.Return(symbols);
        }
    }

    private readonly ReadOnlySpan<char> TextOf(Symbol symbol) => _text.Slice(symbol.Start, symbol.Length);

    /// <summary>One symbol per character or user-defined piece, linked to its neighbours.</summary>
    private void Cut()
    {
        int count = 0;
        for (int at = 0; at < _text.Length;)
        {
            int width = _model.UserDefined.LongestPrefix(_text[at..]);
            bool frozen = width > 0;
            if (!frozen)
                Rune.DecodeFromUtf16(_text[at..], out _, out width);

            _symbols[count] = new Symbol { Start = at, Length = width, Previous = count - 1, Next = count + 1, Frozen = frozen };
            count++;
            at += width;
        }

        _symbols[count - 1].Next = -1;
        for (int right = 1; right < count; right++)
        {
            Propose(right - 1, right);
        }
    }

    private void Propose(int left, int right)
    {
        if (left < 0 || right < 0 || _symbols[left].Frozen || _symbols[right].Frozen)
            return;

        int length = _symbols[left].Length + _symbols[right].Length;
        if (!_model.TryFindMergeable(_text.Slice(_symbols[left].Start, length), out int id))
            return;

        SentencePiece piece = _model.Pieces[id];
        _agenda.Enqueue(new Candidate(left, right, length), new MergeOrder(piece.Score, left));
        if (piece.Type == PieceType.Unused)
            (_splits ??= [])[id] = _symbols[left].Length;
    }

    private void Merge()
    {
        while (_agenda.TryDequeue(out Candidate candidate, out _))
        {
            ref Symbol left = ref _symbols[candidate.Left];
            ref Symbol right = ref _symbols[candidate.Right];

            // Out of date when either side has been merged with something else since.
            if (left.Length == 0 || right.Length == 0 || left.Length + right.Length != candidate.Length)
                continue;

            left.Length = candidate.Length;
            left.Next = right.Next;
            right.Length = 0;
            if (left.Next >= 0)
                _symbols[left.Next].Previous = candidate.Left;

            Propose(left.Previous, candidate.Left);
            Propose(candidate.Left, left.Next);
        }
    }

    private readonly void Append(List<int> ids)
    {
        for (int index = 0; index >= 0; index = _symbols[index].Next)
        {
            Append(TextOf(_symbols[index]), ids);
        }
    }

    private readonly void Append(ReadOnlySpan<char> piece, List<int> ids)
    {
        int id = _model.IdOf(piece);
        if (id == _model.UnknownId)
        {
            Span<byte> bytes = stackalloc byte[4];
            foreach (Rune character in piece.EnumerateRunes())
            {
                int count = character.EncodeToUtf8(bytes);
                foreach (byte value in bytes[..count])
                {
                    ids.Add(_model.IdOf(value));
                }
            }
        }
        else if (_splits is not null && _splits.TryGetValue(id, out int leftLength))
        {
            Append(piece[..leftLength], ids);
            Append(piece[leftLength..], ids);
        }
        else
        {
            ids.Add(id);
        }
    }

    private struct Symbol
    {
        public int Start;
        public int Length;
        public int Previous;
        public int Next;
        public bool Frozen;
    }

    private readonly record struct Candidate(int Left, int Right, int Length);

    private readonly record struct MergeOrder(float Score, int Left) : IComparable<MergeOrder>
    {
        public int CompareTo(MergeOrder other)
        {
            int byScore = other.Score.CompareTo(Score);
            return byScore != 0 ? byScore : Left.CompareTo(other.Left);
        }
    }
}
