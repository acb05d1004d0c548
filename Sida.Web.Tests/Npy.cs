using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Sida.Web.Tests;

/// <summary>A golden tensor from a NumPy file (little-endian f2, f4 or f8, C order), widened or narrowed to f4.</summary>
internal sealed partial record Npy(int[] Shape, float[] Values)
{
    public static Npy Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        Assert.Equal("\u0093NUMPY", Encoding.Latin1.GetString(bytes, 0, 6));
        int start = bytes[6] == 1 ? 10 : 12;
        int length = bytes[6] == 1 ? BitConverter.ToUInt16(bytes, 8) : BitConverter.ToInt32(bytes, 8);
        Match header = Header().Match(Encoding.Latin1.GetString(bytes, start, length));
        Assert.True(header.Success, path);
        int[] shape = header.Groups["shape"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(side => int.Parse(side, CultureInfo.InvariantCulture)).ToArray();
        ReadOnlySpan<byte> data = bytes.AsSpan(start + length);
        float[] values = header.Groups["type"].Value switch
        {
            "f2" => MemoryMarshal.Cast<byte, Half>(data).ToArray().Select(value => (float)value).ToArray(),
            "f4" => MemoryMarshal.Cast<byte, float>(data).ToArray(),
            "f8" => MemoryMarshal.Cast<byte, double>(data).ToArray().Select(value => (float)value).ToArray(),
            string other => throw new NotSupportedException(other),
        };
        Assert.Equal(shape.Aggregate(1, (a, b) => a * b), values.Length);
        return new Npy(shape, values);
    }

    [GeneratedRegex(@"'descr': '<(?<type>\w\d)', 'fortran_order': False, 'shape': \((?<shape>[\d, ]*)\)")]
    private static partial Regex Header();
}
