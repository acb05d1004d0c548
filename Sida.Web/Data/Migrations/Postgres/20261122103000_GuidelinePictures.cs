using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sida.Web.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class GuidelinePictures : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<List<string>>(
                name: "GuidelinePictures",
                table: "ReviewProjects",
                type: "text[]",
                nullable: false,
                // Projects that are there already show none.
                defaultValueSql: "'{}'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "GuidelinePictures",
                table: "ReviewProjects");
        }
    }
}
