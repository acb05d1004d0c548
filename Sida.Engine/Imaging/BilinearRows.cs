using System.Numerics;
using System.Runtime.InteropServices;

namespace Sida.Engine.Imaging;

/// <summary>
/// A float map resampled as torch's F.interpolate(mode="bilinear", align_corners=False, antialias=False) does it, row by row, so
/// that a mask of a hundred-megapixel picture never exists as a hundred million floats. Rows are to be asked for from the top down.
/// </summary>
internal sealed class BilinearRows
{
    private readonly MaskLogits _source;
    private readonly BilinearAxis _columns;
    private readonly BilinearAxis _rows;
    private float[] _low;
    private float[] _high;
    private int _lowRow = -1;
    private int _highRow = -1;

    /// <summary>Prepares the top left <paramref name="columns"/> x <paramref name="rows"/> part of the map resampled to width x height.</summary>
    public BilinearRows(MaskLogits source, int width, int height, int columns, int rows)
    {
        _source = source;
        _columns = new BilinearAxis(source.Width, width, columns);
        _rows = new BilinearAxis(source.Height, height, rows);
        _low = new float[columns];
        _high = new float[columns];
    }

    /// <summary>Computes one output row.</summary>
    /// <param name="y">Row from the top.</param>
    /// <param name="output">Shape (columns).</param>
    public void Compute(int y, Span<float> output)
    {
        if (_rows.Low[y] == _highRow)
        {
            (_low, _high, _lowRow, _highRow) = (_high, _low, _highRow, _lowRow);
        }

        Stretch(_rows.Low[y], ref _lowRow, _low);
        Stretch(_rows.High[y], ref _highRow, _high);
        float highWeight = _rows.HighWeight[y];
        float lowWeight = 1 - highWeight;
        Span<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(output);
        ReadOnlySpan<Vector<float>> low = MemoryMarshal.Cast<float, Vector<float>>(_low);
        ReadOnlySpan<Vector<float>> high = MemoryMarshal.Cast<float, Vector<float>>(_high);
        for (int i = 0; i < vectors.Length; i++)
        {
            vectors[i] = (low[i] * lowWeight) + (high[i] * highWeight);
        }

        for (int x = vectors.Length * Vector<float>.Count; x < output.Length; x++)
        {
            output[x] = (_low[x] * lowWeight) + (_high[x] * highWeight);
        }
    }

    private void Stretch(int row, ref int cached, float[] output)
    {
        if (row == cached)
        {
            return;
        }

        cached = row;
        ReadOnlySpan<float> input = _source.Values.AsSpan(row * _source.Width, _source.Width);
        for (int x = 0; x < output.Length; x++)
        {
            float highWeight = _columns.HighWeight[x];
            output[x] = (input[_columns.Low[x]] * (1 - highWeight)) + (input[_columns.High[x]] * highWeight);
        }
    }
}
