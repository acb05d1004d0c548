using System.Text;

namespace Sida.Engine.Imaging.Interop;

/// <summary>Names of native things, as C strings.</summary>
internal static class NativeName
{
    /// <summary>UTF-8 with a zero at the end.</summary>
    public static byte[] Of(string name) => Encoding.UTF8.GetBytes(name + '\0');
}
