using static Sida.Web.Tests.Engine.Onnx.ReferenceMath;

namespace Sida.Web.Tests.Engine.Onnx;

/// <summary>SAM's image encoder as the official code describes it, step by step and with no regard for speed.</summary>
internal sealed class SamEncoderReference(RandomTensors weights, string prefix, int grid, int patch, int heads, long[] tableLengths)
{
    private const int Window = 14;
    private const double Epsilon = 1e-6;

    /// <summary>pixels (3, S, S) -> embedding (E, g, g).</summary>
    public float[] Run(float[] pixels)
    {
        int side = grid * patch;
        double[][] planes = [.. Enumerable.Range(0, 3).Select(c => pixels.Skip(c * side * side).Take(side * side).Select(value => (double)value).ToArray())];
        double[][] x = Transpose(Convolve(planes, side, W("patch_embed.proj.weight"), W("patch_embed.proj.bias"), patch, patch, 0)); // (g g, C)
        double[] positions = W("pos_embed");
        x = [.. x.Select((row, i) => row.Select((value, c) => value + positions[(i * row.Length) + c]).ToArray())];
        for (int block = 0; block < tableLengths.Length; block++)
        {
            x = Block(x, $"blocks.{block}.", tableLengths[block] == (2 * Window) - 1 ? Window : grid);
        }

        x = Convolve(Transpose(x), grid, W("neck.0.weight"), null, 1, 1, 0);
        x = Transpose(LayerNorm(Transpose(x), W("neck.1.weight"), W("neck.1.bias"), Epsilon));
        x = Convolve(x, grid, W("neck.2.weight"), null, 3, 1, 1);
        return Flatten(Transpose(LayerNorm(Transpose(x), W("neck.3.weight"), W("neck.3.bias"), Epsilon)));
    }

    private double[][] Block(double[][] x, string name, int window)
    {
        double[][] normed = LayerNorm(x, W(name + "norm1.weight"), W(name + "norm1.bias"), Epsilon);
        int perSide = (grid + window - 1) / window;
        var attended = new double[x.Length][];
        for (int w = 0; w < perSide * perSide; w++)
        {
            (int top, int left) = (w / perSide * window, w % perSide * window);
            int?[] tokens = [.. Enumerable.Range(0, window * window).Select(i => TokenAt(top + (i / window), left + (i % window)))];
            double[][] inside = Attend([.. tokens.Select(token => token is { } t ? normed[t] : new double[x[0].Length])], name + "attn.", window);
            for (int i = 0; i < tokens.Length; i++)
            {
                if (tokens[i] is { } token)
                {
                    attended[token] = inside[i];
                }
            }
        }

        x = Add(x, attended);
        normed = LayerNorm(x, W(name + "norm2.weight"), W(name + "norm2.bias"), Epsilon);
        double[][] hidden = Gelu(Linear(normed, W(name + "mlp.lin1.weight"), W(name + "mlp.lin1.bias")));
        return Add(x, Linear(hidden, W(name + "mlp.lin2.weight"), W(name + "mlp.lin2.bias")));
    }

    /// <summary>One window, or the whole grid: x (s s, C).</summary>
    private double[][] Attend(double[][] x, string name, int side)
    {
        int width = x[0].Length;
        int d = width / heads;
        double[][] qkv = Linear(x, W(name + "qkv.weight"), W(name + "qkv.bias"));
        double[][] q = [.. qkv.Select(row => row[..width])];
        double[][] k = [.. qkv.Select(row => row[width..(2 * width)])];
        double[][] v = [.. qkv.Select(row => row[(2 * width)..])];
        double[][] rows = Table(W(name + "rel_pos_h"), d, side);
        double[][] columns = Table(W(name + "rel_pos_w"), d, side);
        double Position(int head, int i, int j)
        {
            double[] query = q[i][(head * d)..((head + 1) * d)];
            double[] byRow = rows[(i / side) - (j / side) + side - 1];
            double[] byColumn = columns[(i % side) - (j % side) + side - 1];
            return Dot(query, byRow, 0, d) + Dot(query, byColumn, 0, d);
        }

        return Linear(Attention(q, k, v, heads, Position), W(name + "proj.weight"), W(name + "proj.bias"));
    }

    /// <summary>Linear interpolation to 2 side - 1 rows, half-pixel centres, ends repeated.</summary>
    private static double[][] Table(double[] stored, int d, int side)
    {
        int length = stored.Length / d;
        int wanted = (2 * side) - 1;
        return [.. Enumerable.Range(0, wanted).Select(i =>
        {
            double at = Math.Clamp(((i + 0.5) * length / wanted) - 0.5, 0, length - 1);
            (int below, int above) = ((int)Math.Floor(at), (int)Math.Ceiling(at));
            return Enumerable.Range(0, d).Select(c => stored[(below * d) + c] + ((at - below) * (stored[(above * d) + c] - stored[(below * d) + c]))).ToArray();
        })];
    }

    private int? TokenAt(int row, int column) => row < grid && column < grid ? (row * grid) + column : null;

    private double[] W(string name) => weights[prefix + name];
}
