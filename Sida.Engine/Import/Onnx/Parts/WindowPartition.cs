namespace Sida.Engine.Import.Onnx.Parts;

/// <summary>
/// Square windows over a grid of tokens, as indexes: partition, zero padding and the way back are then one gather of rows each. The
/// padded border of the last windows is one extra row behind the grid's own.
/// </summary>
internal sealed class WindowPartition
{
    /// <param name="grid">Side of the token grid.</param>
    /// <param name="window">Side of a window; the grid is padded on the right and at the bottom to a multiple of it.</param>
    public WindowPartition(int grid, int window)
    {
        int perSide = (grid + window - 1) / window;
        Windows = perSide * perSide;
        TokensToWindows = new int[Windows * window * window];
        WindowsToTokens = new int[grid * grid];
        int padding = grid * grid;
        for (int i = 0; i < TokensToWindows.Length; i++)
        {
            int cell = i % (window * window);
            int row = (i / (window * window) / perSide * window) + (cell / window);
            int column = (i / (window * window) % perSide * window) + (cell % window);
            bool inside = row < grid && column < grid;
            TokensToWindows[i] = inside ? (row * grid) + column : padding;
            if (inside)
            {
                WindowsToTokens[(row * grid) + column] = i;
            }
        }
    }

    /// <summary>Number of windows.</summary>
    public int Windows { get; }

    /// <summary>Shape (windows window window): for each place in a window its token, or grid grid for padding.</summary>
    public int[] TokensToWindows { get; }

    /// <summary>Shape (grid grid): for each token its place among the windows.</summary>
    public int[] WindowsToTokens { get; }
}
