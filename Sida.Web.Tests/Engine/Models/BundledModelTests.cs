using Sida.Engine.Models;
using Sida.Web.Tests.Engine.Import;

namespace Sida.Web.Tests.Engine.Models;

/// <summary>Where the bundled model is looked for: beside the program, and in the repository that it was built in, nowhere else.</summary>
public sealed class BundledModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Beside_the_program_comes_first()
    {
        string program = Folder("repository/Sida.Cli/bin/Release/net10.0");
        string inRepository = Package("repository");
        _folder.Write("repository/Sida.sln", "");
        Assert.Equal(inRepository, BundledModel.Find(program));
        Assert.Equal(Package("repository/Sida.Cli/bin/Release/net10.0"), BundledModel.Find(program));
    }

    [Fact]
    public void A_folder_above_that_is_no_repository_is_not_trusted()
    {
        string program = Folder("elsewhere/program");
        Package("elsewhere");
        Assert.Null(BundledModel.Find(program));
    }

    public void Dispose() => _folder.Dispose();

    private string Folder(string name) => Directory.CreateDirectory(_folder.File(name)).FullName;

    private string Package(string under)
    {
        string package = Folder(under + "/models/sida-nano");
        File.WriteAllText(Path.Combine(package, "model.json"), "{}");
        return package;
    }
}
