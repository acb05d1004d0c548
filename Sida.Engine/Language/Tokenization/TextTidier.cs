using System.Text;

namespace Sida.Engine.Language.Tokenization;

/// <summary>
/// Tidies text as it comes in, so that people can read it: no white space at either end, one blank between words, at most one
/// empty line, no control characters, and no literal <c>[end]</c>, which models write where the vocabulary lacks the token.
/// A removed token separates words, but leaves no blank before punctuation.
/// </summary>
internal sealed class TextTidier
{
    private const string Marker = "[end]";
    private readonly StringBuilder _held = new();
    private bool _started;
    private bool _blank;
    private bool _afterToken;
    private int _lineBreaks;

    /// <summary>Takes more text; writes what of the text so far can't change any more.</summary>
    public void Append(StringBuilder text, StringBuilder output)
    {
        foreach (ReadOnlyMemory<char> chunk in text.GetChunks())
        {
            foreach (char c in chunk.Span)
            {
                Append(c, output);
            }
        }
    }

    /// <summary>Notes that a token was left out here.</summary>
    public void Separate(StringBuilder output)
    {
        Release(output);
        _blank = true;
        _afterToken = true;
    }

    /// <summary>Writes what is still held back.</summary>
    public void Finish(StringBuilder output) => Release(output);

    private void Append(char c, StringBuilder output)
    {
        if (char.ToLowerInvariant(c) != Marker[_held.Length])
            Release(output);

        if (char.ToLowerInvariant(c) != Marker[_held.Length])
        {
            Write(c, output);
            return;
        }

        _held.Append(c);
        if (_held.Length < Marker.Length)
            return;

        _held.Clear();
        Separate(output);
    }

    private void Release(StringBuilder output)
    {
        foreach (char c in _held.ToString())
        {
            Write(c, output);
        }

        _held.Clear();
    }

    private void Write(char c, StringBuilder output)
    {
        if (c == '\n')
        {
            _lineBreaks++;
        }
        else if (char.IsWhiteSpace(c))
        {
            _blank = true;
        }
        else if (!char.IsControl(c))
        {
            if (_started && _lineBreaks > 0)
                output.Append('\n', Math.Min(_lineBreaks, 2));
            else if (_started && _blank && !(_afterToken && c is '.' or ',' or ';' or ':' or '!' or '?' or ')'))
                output.Append(' ');

            output.Append(c);
            _started = true;
            _blank = false;
            _afterToken = false;
            _lineBreaks = 0;
        }
    }
}
