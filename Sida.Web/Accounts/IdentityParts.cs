using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sida.Engine;
using Sida.Web.Data;
using Sida.Web.Data.Entities;

namespace Sida.Web.Accounts;

/// <summary>ASP.NET Core Identity over a database context that is open already, so that its work can share a transaction.</summary>
internal sealed class IdentityParts(IServiceProvider services, ILoggerFactory logs)
{
    public static readonly TimeSpan LockoutTime = TimeSpan.FromMinutes(10);

    private const int MaxFailures = 8;

    /// <summary>What OWASP's password storage sheet asks of PBKDF2 with SHA-512.</summary>
    private const int Iterations = 210_000;

    private readonly IOptions<IdentityOptions> _options = Options.Create(new IdentityOptions
    {
        // A name for signing in is an address here; its form is checked as an address.
        User = { RequireUniqueEmail = true, AllowedUserNameCharacters = "" },
        Lockout = { AllowedForNewUsers = true, MaxFailedAccessAttempts = MaxFailures, DefaultLockoutTimeSpan = LockoutTime },
    });

    private readonly UpperInvariantLookupNormalizer _names = new();

    /// <summary>Hashes and checks passwords.</summary>
    public PasswordHasher<Account> Hasher { get; } = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));

    public UserManager<Account> Manage(SidaDb db) => new(
        new UserOnlyStore<Account, SidaDb, Guid>(db),
        _options,
        Hasher,
        [new UserValidator<Account>()],
        [new PasswordRules()],
        _names,
        new IdentityErrorDescriber(),
        services,
        logs.CreateLogger<UserManager<Account>>());

    public string Normalize(string email) => _names.NormalizeEmail(email);

    /// <exception cref="RequestException">Identity refused; the message says why.</exception>
    public static void Check(IdentityResult result)
    {
        if (result.Succeeded)
        {
            return;
        }

        throw new RequestException(result.Errors.First() switch
        {
            { Code: nameof(PasswordRules) } own => own.Description,
            { Code: nameof(IdentityErrorDescriber.DuplicateEmail) or nameof(IdentityErrorDescriber.DuplicateUserName) } => "There already is an account with this e-mail address. Sign in with it, or use another address.",
            { Code: nameof(IdentityErrorDescriber.InvalidEmail) or nameof(IdentityErrorDescriber.InvalidUserName) } => "This is not an e-mail address. Write it like anna@example.org.",
            { Code: nameof(IdentityErrorDescriber.PasswordMismatch) } => "The current password is wrong.",
            { Code: nameof(IdentityErrorDescriber.ConcurrencyFailure) } => "The account was changed somewhere else at the same moment. Try again.",
            IdentityError other => other.Description,
        });
    }
}
