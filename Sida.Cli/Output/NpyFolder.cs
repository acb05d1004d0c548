using System.Runtime.InteropServices;
using System.Text;
using Sida.Engine.Analysis;

namespace Sida.Cli.Output;

/// <summary>Writes tensors as NumPy files (version 1.0, float32, C order), one a name.</summary>
internal sealed class NpyFolder : ITensorSink
{
    private const int Alignment = 64;
    private readonly string _folder;

    public NpyFolder(string folder) => _folder = Directory.CreateDirectory(folder).FullName;

    public void Write(string name, ReadOnlySpan<int> shape, ReadOnlySpan<float> values)
    {
        using FileStream file = File.Create(Path.Combine(_folder, name + ".npy"));
        file.Write(Header(shape));
        file.Write(MemoryMarshal.AsBytes(values));
    }

    private static byte[] Header(ReadOnlySpan<int> shape)
    {
        string sides = string.Join(", ", shape.ToArray()) + (shape.Length == 1 ? "," : "");
        string text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({sides}), }}";
        int length = text.Length + 1;
        length += (Alignment - ((10 + length) % Alignment)) % Alignment;
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)length, (byte)(length >> 8), .. Encoding.ASCII.GetBytes(text.PadRight(length - 1)), (byte)'\n'];
    }
}
