using System.Buffers;
using System.Text;

namespace Sida.Engine.Language.Tokenization;

/// <summary>Text to pieces exactly as sentencepiece 0.1.97 does it for a byte-pair model. Thread-safe.</summary>
/// <param name="model">The vocabulary.</param>
internal sealed class SentencePieceEncoder(SentencePieceModel model)
{
    /// <summary>Appends the ids of one text, without any special token. Unpaired surrogates count as U+FFFD.</summary>
    public void Encode(ReadOnlySpan<char> text, List<int> ids)
    {
        char[] buffer = ArrayPool<char>.Shared.Rent(text.Length + 1);
        try
        {
            int length = Normalize(text, buffer);
            BytePairMerger.Segment(model, buffer.AsSpan(0, length), ids);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    /// <summary>Rewrites spaces (normalizer.cc without a character map); never longer than the text and one more character.</summary>
    private int Normalize(ReadOnlySpan<char> text, Span<char> output)
    {
        NormalizerSettings settings = model.Normalizer;
        if (settings.RemoveExtraWhitespaces)
            text = text.TrimStart(' ');

        if (text.IsEmpty)
            return 0;

        char space = settings.EscapeWhitespaces ? SentencePieceModel.Space : ' ';
        int length = 0;
        if (settings.AddDummyPrefix)
            output[length++] = space;

        bool afterSpace = settings.RemoveExtraWhitespaces;
        while (!text.IsEmpty)
        {
            // A user-defined piece is copied as a whole: the spaces inside it stay, however many they are.
            int width = model.UserDefined.LongestPrefix(text);
            Rune character = default;
            if (width == 0)
                Rune.DecodeFromUtf16(text, out character, out width);

            ReadOnlySpan<char> unit = text[..width];
            text = text[width..];
            unit = afterSpace ? unit.TrimStart(' ') : unit;
            if (unit.IsEmpty)
                continue;

            foreach (char c in unit)
            {
                bool unpaired = width == 1 && char.IsSurrogate(c);
                output[length++] = c == ' ' ? space : unpaired ? (char)Rune.ReplacementChar.Value : c;
            }

            afterSpace = settings.RemoveExtraWhitespaces && unit[^1] == ' ';
        }

        while (settings.RemoveExtraWhitespaces && length > 0 && output[length - 1] == space)
        {
            length--;
        }

        return length;
    }
}
