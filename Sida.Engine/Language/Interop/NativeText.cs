using System.Runtime.InteropServices;

namespace Sida.Engine.Language.Interop;

/// <summary>A zero-terminated UTF-8 copy of a string in native memory.</summary>
internal readonly unsafe ref struct NativeText(string text)
{
    public byte* Bytes { get; } = (byte*)Marshal.StringToCoTaskMemUTF8(text);

    /// <summary>Reads a string that native code owns.</summary>
    public static string Read(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    public void Dispose() => Marshal.FreeCoTaskMem((nint)Bytes);
}
