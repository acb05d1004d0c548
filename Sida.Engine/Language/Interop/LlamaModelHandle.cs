using Microsoft.Win32.SafeHandles;

namespace Sida.Engine.Language.Interop;

/// <summary>Owns a native <c>llama_model</c>.</summary>
internal sealed unsafe class LlamaModelHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly LlamaLibrary _library;

    public LlamaModelHandle(LlamaLibrary library, nint model)
        : base(ownsHandle: true)
    {
        _library = library;
        SetHandle(model);
    }

    protected override bool ReleaseHandle()
    {
        _library.ModelFree(handle);
        return true;
    }
}
