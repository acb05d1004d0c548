using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Sida.Engine.Language.Tokenization;

/// <summary>
/// Decodes one run of pieces, piece by piece (sentencepiece_processor.cc, Decode): a space that stands for the dummy prefix
/// is dropped, byte pieces are put together to UTF-8, and each byte that is no part of valid UTF-8 becomes one U+FFFD.
/// A byte whose character may still be completed is held back, so the output never ends inside a character.
/// </summary>
/// <param name="model">The vocabulary.</param>
internal sealed class SentencePieceRun(SentencePieceModel model)
{
    private readonly List<byte> _pending = [];
    private bool _expectsPrefix = true;
    private bool _sawPrefix;
    private bool _wroteText;

    /// <summary>Appends what piece <paramref name="id"/> adds to the text.</summary>
    public void Append(int id, StringBuilder output)
    {
        if (model.TryGetByte(id, out byte value))
        {
            _pending.Add(value);
            Drain(output, final: false);
            return;
        }

        Drain(output, final: true);
        _expectsPrefix &= !_sawPrefix && !_wroteText;
        string text = Surface(model.Pieces[id]);
        output.Append(text);
        _wroteText |= text.Length > 0;
    }

    /// <summary>Ends the run: bytes that wait for more become U+FFFD. The next piece starts a new run.</summary>
    public void End(StringBuilder output)
    {
        Drain(output, final: true);
        _expectsPrefix = true;
        _sawPrefix = false;
        _wroteText = false;
    }

    private string Surface(SentencePiece piece)
    {
        _sawPrefix = false;
        if (piece.Type == PieceType.Control)
            return "";

        if (piece.Type == PieceType.Unknown)
            return model.UnknownSurface;

        string text = piece.Text;
        NormalizerSettings settings = model.Normalizer;
        if (_expectsPrefix && (settings.AddDummyPrefix || settings.RemoveExtraWhitespaces) && text.StartsWith(SentencePieceModel.Space))
        {
            text = text[1..];
            _sawPrefix = !settings.RemoveExtraWhitespaces;
        }

        return text.Replace(SentencePieceModel.Space, ' ');
    }

    private void Drain(StringBuilder output, bool final)
    {
        while (_pending.Count > 0)
        {
            OperationStatus status = Rune.DecodeFromUtf8(CollectionsMarshal.AsSpan(_pending), out Rune character, out int used);
            if (status == OperationStatus.NeedMoreData && !final)
                return;

            _wroteText = true;
            output.Append((status == OperationStatus.Done ? character : Rune.ReplacementChar).ToString());
            _pending.RemoveRange(0, status == OperationStatus.Done ? used : 1);
        }
    }
}
