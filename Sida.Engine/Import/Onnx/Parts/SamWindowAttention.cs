namespace Sida.Engine.Import.Onnx.Parts;

/// <summary>
/// SAM's attention with decomposed relative positions, inside windows or (with the grid as the only window) globally:
/// softmax(scale q·k + q·Rh[qy - ky] + q·Rw[qx - kx]) v, where q is NOT scaled in the position terms (<c>add_decomposed_rel_pos</c>).
/// </summary>
/// <remarks>
/// The position terms become part of the dot product: queries are extended by their terms for every key row and column, keys by one-hot
/// codes of their row and column, [q, q·Rh, q·Rw] · [k, 1(ky), 1(kx)]. Scores are then never held in memory (one global ViT-H layer would
/// need 1 GiB), and the runtime's blockwise attention does the rest. The codes are sqrt(d) instead of 1, which undoes the scaling.
/// </remarks>
internal sealed class SamWindowAttention
{
    private readonly OnnxGraph _graph;
    private readonly int _side;
    private readonly int _heads;
    private readonly int _headWidth;
    private readonly int _tokens;
    private readonly int _windows;
    private readonly OnnxValue _keyCodes;
    private readonly (OnnxValue In, OnnxValue Out)? _gathers;

    public SamWindowAttention(OnnxGraph graph, int grid, int window, int heads, int headWidth)
    {
        _graph = graph;
        _side = window;
        _heads = heads;
        _headWidth = headWidth;
        _tokens = grid * grid;
        _windows = 1;
        if (window != grid)
        {
            var partition = new WindowPartition(grid, window);
            _windows = partition.Windows;
            _gathers = (graph.Constant(partition.TokensToWindows, partition.TokensToWindows.Length), graph.Constant(partition.WindowsToTokens, _tokens));
        }

        _keyCodes = KeyCodes();
    }

    /// <summary>Attention without its output projection: x (T, C) -> (T, C).</summary>
    public OnnxValue Apply(PartWeights weights, OnnxValue x)
    {
        (long b, long s, long h, long d) = (_windows, _side, _heads, _headWidth);
        OnnxValue q = Project(weights, x, 0);                                       // (B s s, C)
        OnnxValue k = Project(weights, x, 1);
        OnnxValue v = Project(weights, x, 2);

        OnnxValue rows = _graph.Reshape(q, b, s, s * h, d);                         // (B, qy, qx h, d)
        OnnxValue byRow = _graph.MatMul(rows, Table(weights, "rel_pos_h"));         // (B, qy, qx h, ky)
        byRow = _graph.Reshape(byRow, b, s, s, h, s);                               // (B, qy, qx, h, ky)

        OnnxValue grid = _graph.Reshape(q, b, s, s, h, d);                          // (B, qy, qx, h, d)
        OnnxValue columns = _graph.Reshape(_graph.Transpose(grid, 0, 2, 1, 3, 4), b, s, s * h, d); // (B, qx, qy h, d)
        OnnxValue byColumn = _graph.MatMul(columns, Table(weights, "rel_pos_w"));   // (B, qx, qy h, kx)
        byColumn = _graph.Transpose(_graph.Reshape(byColumn, b, s, s, h, s), 0, 2, 1, 3, 4); // (B, qy, qx, h, kx)

        long extended = d + (2 * s);
        OnnxValue queries = _graph.Reshape(_graph.Concat(-1, grid, byRow, byColumn), b, s * s, h * extended);
        OnnxValue keys = _graph.Concat(-1, _graph.Reshape(k, b, s * s, h, d), _keyCodes);  // (B, s s, h, d + 2 s)
        keys = _graph.Reshape(keys, b, s * s, h * extended);
        OnnxValue attended = _graph.MultiHeadAttention(queries, keys, _graph.Reshape(v, b, s * s, h * d), h, 1 / MathF.Sqrt(d)); // (B, s s, C)
        attended = _graph.Reshape(attended, b * s * s, h * d);
        return _gathers is { } gathers ? _graph.Gather(attended, gathers.Out) : attended;
    }

    /// <summary>
    /// q, k or v in window order. Padding is zero BEFORE this map (the official code pads after norm1), so a padded token is the bias alone;
    /// it takes part as a key.
    /// </summary>
    private OnnxValue Project(PartWeights weights, OnnxValue x, int part)
    {
        OnnxValue projected = weights.StackedLinear(x, "qkv.weight", "qkv.bias", part, 3); // (T, C)
        if (_gathers is not { } gathers)
        {
            return projected;
        }

        OnnxValue padding = _graph.Reshape(weights.StackedBias("qkv.bias", part, 3), 1, _heads * _headWidth);
        return _graph.Gather(_graph.Concat(0, projected, padding), gathers.In);     // (B s s, C)
    }

    private OnnxValue Table(PartWeights weights, string name) =>
        _graph.Constant(RelativePositions.PerQuery(weights.Read(name), _headWidth, _side, 1), _side, _headWidth, _side);

    /// <summary>One-hot row and column of every key, times sqrt(d): (B, s s, h, 2 s).</summary>
    private OnnxValue KeyCodes()
    {
        var codes = new float[_side * _side * 2 * _side];
        for (int token = 0; token < _side * _side; token++)
        {
            codes[(token * 2 * _side) + (token / _side)] = MathF.Sqrt(_headWidth);
            codes[(token * 2 * _side) + _side + (token % _side)] = MathF.Sqrt(_headWidth);
        }

        OnnxValue once = _graph.Constant(codes, 1, _side * _side, 1, 2 * _side);
        return _graph.Expand(once, _graph.Integers(_windows, _side * _side, _heads, 2 * _side));
    }
}
